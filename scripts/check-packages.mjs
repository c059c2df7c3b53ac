// Packs every published package once and checks the tarballs as users get them: with publint and are-the-types-wrong,
// by an installation with plain npm into an empty project outside the repository, which an ES module, CommonJS and
// TypeScript use, and by the rehearsal of a release: versions, changelogs, `npm publish --dry-run`. With names,
// `check-packages.mjs @qqkit/rest`, only those, and neither project nor release, whose packages need each other.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { lintTarball } from './packages/lint-tarball.mjs'
import { pack, publishedIn } from './packages/pack.mjs'
import { prepareRelease } from './packages/release.mjs'
import { run } from './packages/run.mjs'
import { install, use } from './packages/use-tarballs.mjs'

const root = path.dirname(import.meta.dirname)
const names = process.argv.slice(2)
const all = publishedIn(root)
const unknown = names.filter((name) => !all.some((published) => published.name === name))
if (unknown.length > 0) throw new Error(`no published package is called ${unknown.join(' or ')}`)

const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-packages-'))
const tarballs = path.join(folder, 'tarballs')
const project = path.join(folder, 'consumer')
/** Where the packages are as the next release will have them. */
const release = path.join(folder, 'release')

/** @type {import('./packages/pack.mjs').Published[]} */
let packages = all.filter(({ name }) => names.includes(name))

/** Faults of the packages in an empty project. @returns {Promise<string[]>} */
const usage = async () => {
  if (names.length > 0) return []
  try {
    await install(
      project,
      packages.map(({ file }) => path.join(tarballs, file)),
      root,
    )
    return await use(project, packages, root)
  } catch (error) {
    return [String(error)]
  }
}

/** Most lines of a changelog that a user can read before an update. */
const LONGEST = 200

/** Faults of the release that would be made now. @returns {Promise<string[]>} */
const rehearsal = async () => {
  if (names.length > 0) return []
  /** @type {string[]} */
  const faults = []
  for (const { name, file, folder: home } of packages) {
    const changes = path.join(release, 'packages', home, 'CHANGELOG.md')
    const [, newest = ''] = existsSync(changes) ? readFileSync(changes, 'utf8').split(/^## .*$/m) : []
    const lines = newest.trim().split('\n').length
    if (newest.trim() === '') faults.push(`${name}: its changelog says nothing of the release`)
    if (lines > LONGEST) faults.push(`${name}: ${lines} lines of changes for one release`)
    try {
      await run(tarballs, 'npm', 'publish', '--dry-run', '--offline', `./${file}`)
    } catch (error) {
      faults.push(String(error))
    }
  }
  return faults
}

const lint = async () => {
  /** @type {string[]} */
  const faults = []
  for (const { name, file } of packages) {
    const found = await lintTarball(new Uint8Array(readFileSync(path.join(tarballs, file))))
    faults.push(...found.map((fault) => `${name}: ${fault}`))
  }
  return faults
}

try {
  mkdirSync(tarballs)
  if (names.length === 0) {
    mkdirSync(release)
    await prepareRelease(root, release)
    packages = publishedIn(release)
  }
  await pack(names.length === 0 ? release : root, packages, tarballs)
  // npm starts first, since it mostly waits for the registry and the disk.
  const faults = (await Promise.all([usage(), lint(), rehearsal()])).flat()
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else {
    const what = names.length > 0 ? 'Well packed' : 'Well packed, and at work from their tarballs'
    console.log(
      `${what}: ${packages.flatMap((one) => (one.specifiers.length > 0 ? one.specifiers : [one.name])).join(', ')}`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
