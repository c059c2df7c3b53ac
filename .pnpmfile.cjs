// pnpm reads this before it does anything: the one place where a too old Node can be told so in one line.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    'qqkit needs Node 20.19 or newer, and this is Node ' +
      process.versions.node +
      ': install a newer one from https://nodejs.org',
  )
  process.exit(1)
}
module.exports = {}
