// Holds the page of behaviours and the tests together: each line has a test with its id in a title, each id in a title has
// its line, and the page names the files. `--write` brings its lists up to date.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { BEHAVIOURS, readBehaviours, withTests } from './reference/behaviours.mjs'
import { textsBelow } from './reference/files.mjs'
import { provenBy } from './reference/test-titles.mjs'

/** Behaviours that are being built: until they have tests, their lines may be without one, and lists may be out of step. */
const COMING = new Set(
  [
    ['GW', 31, 33],
    ['ST', 6, 6],
    ['RS', 22, 37],
    ['BT', 12, 19],
    ['WH', 6, 10],
    ['SM', 7, 10],
  ].flatMap(([group, first, last]) =>
    Array.from(
      { length: Number(last) - Number(first) + 1 },
      (_, index) => `${group}-${String(Number(first) + index).padStart(2, '0')}`,
    ),
  ),
)

/** @param {string} root */
const read = (root) => {
  const texts = textsBelow(root)
  const page = texts.find(({ file }) => file === BEHAVIOURS)?.text ?? ''
  return { page, proven: provenBy(texts) }
}

/**
 * Everything that is missing or stale, as sentences.
 *
 * @param {string} root
 * @param {ReadonlySet<string>} coming
 * @returns {string[]}
 */
export const findGaps = (root, coming = new Set()) => {
  const { page, proven } = read(root)
  const { ids, faults } = readBehaviours(page)
  return [
    ...faults,
    ...[...ids]
      .filter((id) => !proven.has(id) && !coming.has(id))
      .map((id) => `${id} has no test: no title has its id.`),
    ...[...proven]
      .filter(([id]) => !ids.has(id))
      .flatMap(([id, files]) =>
        files.map((file) => `${file} has ${id} in a title, which has no line in ${BEHAVIOURS}.`),
      ),
    ...(coming.size > 0 || withTests(page, proven) === page
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
  const gaps = findGaps(root, COMING)
  for (const gap of gaps) console.error(gap)
  if (gaps.length > 0) process.exitCode = 1
  else console.log('Each behaviour has its test, and each id in a title its behaviour.')
}
