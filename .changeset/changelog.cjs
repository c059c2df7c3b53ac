// The lines of changelogs: what changed, without commits. The first release has nothing to compare with, so that its changesets
// (first-release-*) stand alone: all others tell of changes to what nobody had.
const { existsSync, readdirSync } = require('node:fs')

const FIRST = 'first-release-'

/** Read before the changesets are removed. */
const isFirst = existsSync(__dirname) && readdirSync(__dirname).some((name) => name.startsWith(FIRST))

module.exports = {
  getReleaseLine: async ({ id, summary }) => {
    if (isFirst && !id.startsWith(FIRST)) return ''
    const [first, ...rest] = summary.split('\n')
    return [`- ${first}`, ...rest.map((line) => (line === '' ? '' : `  ${line}`))].join('\n')
  },
  getDependencyReleaseLine: async (_changesets, dependencies) =>
    isFirst || dependencies.length === 0
      ? ''
      : `- Updated dependencies: ${dependencies.map(({ name, newVersion }) => `${name} ${newVersion}`).join(', ')}`,
}
