// Reads and writes docs/behaviours.md: a line for each id, and below it the files of its tests.

/** Path of the page. */
export const BEHAVIOURS = 'docs/behaviours.md'

const LINE = /^- <a id="(?<anchor>[^"]*)"><\/a>\*\*(?<id>[A-Z]{2}-\d{2,})\*\* \S/
const LIST = '  - Tests: '
/** Text in place of an empty list. */
const NONE = 'none yet'

/** @param {readonly string[]} files */
const listOf = (files) =>
  LIST +
  (files.length === 0
    ? NONE
    : files.map((file) => `[\`${file.replace(/^packages\//, '')}\`](../${file})`).join(', '))

/**
 * The ids with a line, and the faults of the lines.
 *
 * @param {string} page
 */
export const readBehaviours = (page) => {
  /** @type {Set<string>} */
  const ids = new Set()
  /** @type {string[]} */
  const faults = []
  for (const [index, line] of page.split('\n').entries()) {
    if (!line.startsWith('- ')) continue
    const { id, anchor } = LINE.exec(line)?.groups ?? {}
    const where = `${BEHAVIOURS}:${index + 1}`
    if (id === undefined)
      faults.push(`${where} is not the line of a behaviour: - <a id="gw-01"></a>**GW-01** …`)
    else if (ids.has(id)) faults.push(`${where} has ${id} a second time`)
    else if (anchor !== id.toLowerCase())
      faults.push(`${where} has the anchor ${anchor} instead of ${id.toLowerCase()}`)
    if (id !== undefined) ids.add(id)
  }
  return { ids, faults }
}

/**
 * The page with current lists of tests.
 *
 * @param {string} page
 * @param {ReadonlyMap<string, readonly string[]>} proven
 */
export const withTests = (page, proven) =>
  page
    .split('\n')
    .filter((line) => !line.startsWith(LIST))
    .flatMap((line) => {
      const id = LINE.exec(line)?.groups?.id
      return id === undefined ? [line] : [line, listOf(proven.get(id) ?? [])]
    })
    .join('\n')
