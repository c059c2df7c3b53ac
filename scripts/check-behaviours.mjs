// Checks docs/behaviours.md against the tests: each line has a test with its id in a title, each id in a title has a
// line, and the page lists the files. `--write` updates the lists.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { BEHAVIOURS, readBehaviours, withTests } from './reference/behaviours.mjs'
import { textsBelow } from './reference/files.mjs'
import { provenBy } from './reference/test-titles.mjs'

/** @param {string} root */
const read = (root) => {
  const texts = textsBelow(root)
  const page = texts.find(({ file }) => file === BEHAVIOURS)?.text ?? ''
  return { page, proven: provenBy(texts) }
}

/** All missing or stale entries, as sentences. @param {string} root @returns {string[]} */
export const findGaps = (root) => {
  const { page, proven } = read(root)
  const { ids, faults } = readBehaviours(page)
  return [
    ...faults,
    ...[...ids].filter((id) => !proven.has(id)).map((id) => `${id} has no test: no title has its id.`),
    ...[...proven]
      .filter(([id]) => !ids.has(id))
      .flatMap(([id, files]) =>
        files.map((file) => `${file} has ${id} in a title, which has no line in ${BEHAVIOURS}.`),
      ),
    ...(withTests(page, proven) === page
      ? []
      : [`${BEHAVIOURS} names other tests than there are: run node scripts/check-behaviours.mjs --write`]),
  ]
}

/** Updates the lists of tests. @param {string} root */
export const writeLists = (root) => {
  const { page, proven } = read(root)
  writeFileSync(path.join(root, BEHAVIOURS), withTests(page, proven))
}

if (import.meta.filename === process.argv[1]) {
  const root = path.dirname(import.meta.dirname)
  if (process.argv.includes('--write')) writeLists(root)
  const gaps = findGaps(root)
  for (const gap of gaps) console.error(gap)
  if (gaps.length > 0) process.exitCode = 1
  else console.log('Each behaviour has a test, and each id in a title has a behaviour.')
}
