// Holds the page of behaviours and the tests together: each line has a test with its id in a title, each id in a title has
// its line, and the page names the files. `--write` brings its lists up to date.
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

/** Everything that is missing or stale, as sentences. @param {string} root @returns {string[]} */
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

/** Brings the lists of tests up to date. @param {string} root */
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
  else console.log('Each behaviour has its test, and each id in a title its behaviour.')
}
