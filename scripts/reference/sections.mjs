// Finds the sections of the reference and their pages.

/** Path of the reference. */
export const REFERENCE = 'docs/protocol'
/** Address of the reference for readers without the repository, in an editor or on a registry's page. */
export const PUBLISHED = `https://github.com/qqkit/qqkit/blob/main/${REFERENCE}`

const ANCHOR = /^<a id="(?<id>[^"]*)"><\/a>$/
const HEADING = /^(?<depth>#+) (?<number>\d+(?:\.\d+)*)\.? /
const FENCE = /^\s*```/

/** The anchor of a section: `5-4-1` for `5.4.1`. @param {string} section */
const anchorOf = (section) => section.replaceAll('.', '-')

/** Numbered headings and anchors of a page, in order. @param {string} text */
const marksOf = (text) => {
  let fenced = false
  return text.split('\n').flatMap((line, index) => {
    if (FENCE.test(line)) fenced = !fenced
    if (fenced) return []
    const anchor = ANCHOR.exec(line)?.groups?.id
    if (anchor !== undefined) return [{ line: index + 1, anchor, section: '' }]
    const section = HEADING.exec(line)?.groups?.number
    return section === undefined ? [] : [{ line: index + 1, anchor: '', section }]
  })
}

/**
 * The sections of the reference by number, each with its page, and the faults of the pages.
 *
 * @param {readonly { file: string, text: string }[]} texts
 */
export const readSections = (texts) => {
  /** @type {Map<string, string>} */
  const pages = new Map()
  /** @type {string[]} */
  const faults = []
  for (const { file, text } of texts) {
    if (!file.startsWith(`${REFERENCE}/`)) continue
    const page = file.slice(REFERENCE.length + 1)
    const marks = marksOf(text)
    for (const [index, { line, section, anchor }] of marks.entries()) {
      const next = marks[index + 1]
      const where = `${file}:${line}`
      if (section === '') {
        if (next === undefined || next.section === '' || anchorOf(next.section) !== anchor)
          faults.push(`${where} has the anchor ${anchor} before no section of that number`)
        continue
      }
      if (marks[index - 1]?.anchor !== anchorOf(section))
        faults.push(`${where} has no <a id="${anchorOf(section)}"></a> before its heading`)
      if (!page.startsWith(`${(section.split('.')[0] ?? '').padStart(2, '0')}-`))
        faults.push(`${where} has section ${section} on the page of another chapter`)
      const other = pages.get(section)
      if (other !== undefined) faults.push(`${where} has section ${section}, which ${other} has too`)
      pages.set(section, page)
    }
  }
  return { pages, faults }
}

/**
 * `05-rest-endpoints.md#5-4-1` for `5.4.1`, or `null` for a missing section.
 *
 * @param {ReadonlyMap<string, string>} pages
 * @param {string} section
 */
export const addressOf = (pages, section) => {
  const page = pages.get(section)
  return page === undefined ? null : `${page}#${anchorOf(section)}`
}
