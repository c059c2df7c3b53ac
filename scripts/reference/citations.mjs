// Finds faulty citations of the reference in a text: `§5.4.1`, and links to its pages.
import { lineOf } from './files.mjs'
import { addressOf, PUBLISHED, REFERENCE } from './sections.mjs'

const CITATION = /§(?<gap>[\s§]*)(?<section>\d+(?:\.\d+)*)(?:\s?[–-]\s?(?<last>\d+(?:\.\d+)+))?/g
/** A link of Markdown or of a doc comment whose text is a citation. */
const SHOWN =
  /\[§(?<shown>[\d.]+)\]\((?<target>[^()\s]+)\)|\{@link (?<url>\S+)\s+(?:\|\s*)?§(?<name>[\d.]*\d)/g
/** A page of the reference, from outside or from another of its pages. */
const PAGE = /(?<host>https?:\/\/[^\s()'"]*?)?docs\/protocol\/(?<page>[\w-]+\.md)(?:#(?<anchor>[\w-]*))?/g
const SIBLING = /\]\((?<page>\d\d-[\w-]+\.md)?(?:#(?<anchor>\d[\w-]*))?\)/g
/** Documents that were outside the repository. */
const GONE = /(?<![\w/-])(?<name>design|scenarios|protocol)\.md\b/g

/** Citations of missing sections. @param {string} text @param {ReadonlyMap<string, string>} pages */
const wrongSections = (text, pages) =>
  [...text.matchAll(CITATION)].flatMap(({ index, groups = {} }) => {
    const { gap = '', section = '', last } = groups
    const missing = [section, last].filter((one) => one !== undefined && !pages.has(one))
    return [
      ...(gap === '' ? [] : [{ index, what: `writes a section other than as §${section}` }]),
      ...missing.map((one) => ({
        index,
        what: `cites §${one}, which ${REFERENCE} does not have (sections of other documents are written "sec. ${one}")`,
      })),
    ]
  })

/** Links that show one section and lead to another. @param {string} text @param {ReadonlyMap<string, string>} pages */
const wrongLinks = (text, pages) =>
  [...text.matchAll(SHOWN)].flatMap(({ index, groups = {} }) => {
    const shown = groups.shown ?? groups.name ?? ''
    const target = groups.target ?? groups.url ?? ''
    const address = addressOf(pages, shown)
    if (address === null || target.endsWith(address)) return []
    if (target === `#${address.split('#')[1]}`) return []
    return [{ index, what: `links §${shown} to ${target}: it is ${REFERENCE}/${address}` }]
  })

/**
 * Links to missing pages and anchors.
 *
 * @param {string} file
 * @param {string} text
 * @param {ReadonlyMap<string, string>} pages
 */
const deadLinks = (file, text, pages) => {
  const known = new Set(['README.md', ...pages.values()])
  const addresses = new Set([...pages.keys()].map((section) => addressOf(pages, section)))
  const own = file.startsWith(`${REFERENCE}/`) ? file.slice(REFERENCE.length + 1) : null
  const found = [...text.matchAll(PAGE), ...(own === null ? [] : text.matchAll(SIBLING))]
  return found.flatMap(({ index, groups = {} }) => {
    const { page = own ?? '', anchor, host } = groups
    if (host !== undefined && `${host}${REFERENCE}` !== PUBLISHED)
      return [{ index, what: `links a page of the reference elsewhere than at ${PUBLISHED}` }]
    const address = anchor === undefined ? page : `${page}#${anchor}`
    const there = anchor === undefined || anchor === '' ? known.has(page) : addresses.has(address)
    return there ? [] : [{ index, what: `links ${REFERENCE}/${address}, which does not exist` }]
  })
}

/** A README of a package, which people also read outside the repository. */
const README = /^packages\/[^/]+\/README[^/]*\.md$/

/**
 * Citations that a reader of a package's README cannot follow.
 *
 * @param {string} file
 * @param {string} text
 * @param {ReadonlyMap<string, string>} pages
 */
const unlinked = (file, text, pages) => {
  if (!README.test(file)) return []
  const labels = new Set([...text.matchAll(/^\[§([\d.]+)\]: \S+$/gm)].map(([, section]) => section))
  return [...text.matchAll(CITATION)].flatMap(({ index, groups = {} }) => {
    const { section = '' } = groups
    const url = `${PUBLISHED}/${addressOf(pages, section)}`
    const before = text[index - 1]
    const after = text.slice(index + section.length + 1)
    const linked =
      before === '[' &&
      (after.startsWith(`](${url})`) ||
        after.startsWith(`]: ${url}\n`) ||
        (labels.has(section) && /^\](?![([:])/.test(after)))
    return linked ? [] : [{ index, what: `cites §${section} without a link to ${url}` }]
  })
}

/**
 * Citations in comments that users read in their editors, where a bare section is no help.
 *
 * @param {{ file: string, text: string }} one
 * @param {readonly (readonly [start: number, end: number])[]} comments
 * @param {ReadonlyMap<string, string>} pages
 * @returns {string[]}
 */
export const commentFaults = ({ file, text }, comments, pages) =>
  comments.flatMap(([start, end]) =>
    [...text.slice(start, end).matchAll(CITATION)].flatMap(({ index, groups = {} }) => {
      const { section = '' } = groups
      const link = `{@link ${PUBLISHED}/${addressOf(pages, section)} §${section}}`
      const at = start + index
      const linked = text.startsWith(link, at - link.indexOf('§'))
      return linked ? [] : [`${file}:${lineOf(text, at)} shows users §${section} without its page: ${link}`]
    }),
  )

/** @param {string} text */
const goneDocuments = (text) =>
  [...text.matchAll(GONE)].map(({ index, groups = {} }) => ({
    index,
    what: `names ${groups.name}.md, which is not in the repository: say what it says, or cite ${REFERENCE} or docs/behaviours.md`,
  }))

/**
 * All faults of the citations of a text, as sentences.
 *
 * @param {{ file: string, text: string }} one
 * @param {ReadonlyMap<string, string>} pages
 * @returns {string[]}
 */
export const citationFaults = ({ file, text }, pages) =>
  [
    ...wrongSections(text, pages),
    ...wrongLinks(text, pages),
    ...deadLinks(file, text, pages),
    ...unlinked(file, text, pages),
    ...goneDocuments(text),
  ].map(({ index, what }) => `${file}:${lineOf(text, index)} ${what}`)
