// Checks the citations of the reference (docs/protocol): each `§5.4.1` in the repository has its section there, each
// link leads to its section, and in texts for users every citation is a link.
import path from 'node:path'
import process from 'node:process'

import { citationFaults, commentFaults } from './reference/citations.mjs'
import { textsBelow } from './reference/files.mjs'
import { publicComments } from './reference/public-comments.mjs'
import { readSections } from './reference/sections.mjs'

/** The sources of the entries that a package exports. @param {string} manifest its text @returns {string[]} */
const entriesOf = (manifest) =>
  Object.values(JSON.parse(manifest).exports ?? {}).flatMap((one) => one['@qqkit/source'] ?? [])

/**
 * Faults of the citations that users read in their editors.
 *
 * @param {readonly { file: string, text: string }[]} texts
 * @param {ReadonlyMap<string, string>} pages
 * @returns {string[]}
 */
const faultsInPublic = (texts, pages) =>
  texts.flatMap(({ file: manifest, text }) => {
    if (!/^packages\/[^/]+\/package\.json$/.test(manifest)) return []
    const home = path.posix.dirname(manifest)
    const sources = new Map(
      texts.filter(({ file }) => file.startsWith(`${home}/src/`)).map((one) => [one.file, one.text]),
    )
    const entries = entriesOf(text).map((entry) => path.posix.join(home, entry))
    return [...publicComments(entries, sources)].flatMap(([file, comments]) =>
      commentFaults({ file, text: sources.get(file) ?? '' }, comments, pages),
    )
  })

/** All faults below `root`, as sentences. @param {string} root @returns {string[]} */
export const findFaults = (root) => {
  const texts = textsBelow(root)
  const { pages, faults } = readSections(texts)
  return [...faults, ...texts.flatMap((text) => citationFaults(text, pages)), ...faultsInPublic(texts, pages)]
}

if (import.meta.filename === process.argv[1]) {
  const faults = findFaults(path.dirname(import.meta.dirname))
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else console.log('Every cited section is in the reference.')
}
