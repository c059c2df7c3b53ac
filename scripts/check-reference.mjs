// Holds the citations of the reference (docs/protocol) together: each `§5.4.1` in the repository has its section there, and
// each link to one leads to it.
import path from 'node:path'
import process from 'node:process'

import { citationFaults } from './reference/citations.mjs'
import { textsBelow } from './reference/files.mjs'
import { readSections } from './reference/sections.mjs'

/** Everything that is wrong below `root`, as sentences. @param {string} root @returns {string[]} */
export const findFaults = (root) => {
  const texts = textsBelow(root)
  const { pages, faults } = readSections(texts)
  return [...faults, ...texts.flatMap((text) => citationFaults(text, pages))]
}

if (import.meta.filename === process.argv[1]) {
  const faults = findFaults(path.dirname(import.meta.dirname))
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else console.log('Every section that is cited is in the reference.')
}
