// Finds the test files of each behaviour: those with its id in a title.
import { ts } from '../typescript.cjs'

const ID = /\b[A-Z]{2}-\d{2,}\b/g
const LEADING = /^[A-Z]{2}-\d{2,}\b/
/** Test files of the product and its guides, and the contract suites that packages share. */
const TESTS =
  /^(?:(?:packages|apps|benchmarks)\/.*(?:\/(?:test|soak|testing)\/.*\.[cm]?[jt]sx?|\.test\.[cm]?[jt]sx?)|scripts\/test\/guides\/.*\.test\.ts)$/
/** Doc comments are not parsed. */
const PARSING = {
  languageVersion: ts.ScriptTarget.Latest,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
}
const RUNNERS = new Set(['it', 'test', 'describe', 'suite'])
/** Ways to write a test that does not run. */
const IDLE = new Set(['skip', 'todo'])

/** `['it', 'each']` for `it.each(rows)`. @param {ts.Node} node @returns {string[]} */
const chainOf = (node) => {
  if (ts.isIdentifier(node)) return [node.text]
  if (ts.isPropertyAccessExpression(node)) return [...chainOf(node.expression), node.name.text]
  if (ts.isCallExpression(node)) return chainOf(node.expression)
  return ts.isTaggedTemplateExpression(node) ? chainOf(node.tag) : []
}

/** The text of a literal, as far as it is known before the test runs. @param {ts.Node} node @returns {string | null} */
const textOf = (node) => {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return null
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')
}

/**
 * The call that a node is the title of, as its chain.
 *
 * @param {ts.Node} node
 * @param {ts.Node} parent
 * @returns {string[]}
 */
const titledBy = (node, parent) =>
  ts.isCallExpression(parent) && parent.arguments[0] === node ? chainOf(parent.expression) : []

/**
 * The ids in the titles of one file. Titles are what `it`, `test` and `describe` get first, and every text that begins
 * with an id: tables and contract suites keep their titles in properties, keys and rows.
 *
 * @param {string} file
 * @param {string} text
 * @returns {string[]}
 */
export const idsInTitles = (file, text) => {
  if (!TESTS.test(file) || text.match(ID) === null) return []
  /** @type {Set<string>} */
  const ids = new Set()
  /** @param {ts.Node} node @param {ts.Node} parent */
  const visit = (node, parent) => {
    const title = textOf(node)
    if (title !== null) {
      const chain = titledBy(node, parent)
      const isTitle = RUNNERS.has(chain[0] ?? '') || LEADING.test(title)
      if (isTitle && !chain.some((name) => IDLE.has(name)))
        for (const id of title.match(ID) ?? []) ids.add(id)
    }
    ts.forEachChild(node, (child) => visit(child, node))
  }
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const source = ts.createSourceFile(file, text, PARSING, false, kind)
  visit(source, source)
  return [...ids]
}

/**
 * The files that have each id in a title, by id, in order.
 *
 * @param {readonly { file: string, text: string }[]} texts
 * @returns {Map<string, string[]>}
 */
export const provenBy = (texts) => {
  /** @type {Map<string, string[]>} */
  const files = new Map()
  for (const { file, text } of texts)
    for (const id of idsInTitles(file, text)) files.set(id, [...(files.get(id) ?? []), file])
  return new Map([...files].map(([id, found]) => [id, found.sort()]))
}
