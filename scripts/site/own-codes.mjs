// Reads from the sources of the packages which codes our own errors and findings can have, with the sentences that stand beside
// them. What it cannot read is an error of the build, so that no code is left out.
import path from 'node:path'

import { ts } from '../typescript.cjs'
import { bare, nameOf, Sources, valueOf, walk } from './static-values.mjs'

/** @import { Advice, Source } from './static-values.mjs' */

/**
 * What the sources say about one code in one place.
 *
 * @typedef {object} OwnCode
 * @property {string} code
 * @property {string} home the folder of its package, such as `rest`
 * @property {string} by the class of the error, or the interface of the finding
 * @property {readonly string[]} messages what happened, in English; `…` stands for a value
 * @property {readonly Advice[]} advice
 */

/** Codes of ours are words; those of our warnings begin with our name, and those of Node and the platform are capitals or numbers. */
const WORD = /^(?:[a-z]+(?:_[a-z]+)*|QQKIT(?:_[A-Z]+)+)$/

/** What errors and findings are made of, as the sources declare it. */
class Makers {
  /** @param {Sources} sources */
  constructor(sources) {
    /** Classes of errors by name, with the type of `code` where they declare one. @type {Map<string, { source: Source, code: ts.TypeNode | undefined, fixed: readonly string[] }>} */
    this.classes = new Map()
    /** The class that is made of an interface. @type {Map<string, string>} */
    this.madeOf = new Map()
    /** Interfaces with `code` and `advice` that no class is made of. @type {Map<string, { source: Source, code: ts.TypeNode | undefined, fixed: readonly string[] }>} */
    this.findings = new Map()
    for (const source of sources.known.values()) {
      for (const node of source.tree.statements) {
        if (ts.isClassDeclaration(node)) this.#add(source, node)
        if (ts.isInterfaceDeclaration(node)) {
          const code = node.members.find(
            (one) => ts.isPropertySignature(one) && one.name.getText() === 'code',
          )
          const isTold = node.members.some((one) => one.name?.getText() === 'advice')
          if (code && isTold && ts.isPropertySignature(code))
            this.findings.set(node.name.text, { source, code: code.type, fixed: [] })
        }
      }
    }
    for (const name of this.madeOf.keys()) this.findings.delete(name)
  }

  /** @param {Source} source @param {ts.ClassDeclaration} node */
  #add(source, node) {
    const base = node.heritageClauses?.[0]?.types[0]?.expression.getText() ?? ''
    if (!node.name || !base.endsWith('Error')) return
    const name = node.name.text
    const code = node.members.find((one) => one.name?.getText() === 'code')
    const declared = code && ts.isPropertyDeclaration(code) ? code : undefined
    const fixed =
      declared?.initializer && ts.isStringLiteral(declared.initializer) ? [declared.initializer.text] : []
    this.classes.set(name, { source, code: declared?.type, fixed })
    const [init] = node.members.find((one) => ts.isConstructorDeclaration(one))?.parameters ?? []
    if (init?.type && ts.isTypeReferenceNode(init.type)) this.madeOf.set(init.type.typeName.getText(), name)
  }

  /**
   * What is made of an object: the class of its call, of the type of its function or of `super()`, or a warning of the process.
   *
   * @param {ts.Node} object
   * @returns {string | undefined}
   */
  of(object) {
    for (let at = object.parent; at; at = at.parent) {
      if (ts.isCallExpression(at) && at.expression.getText() === 'process.emitWarning') return 'Warning'
      if (ts.isNewExpression(at))
        return this.classes.has(at.expression.getText()) ? at.expression.getText() : undefined
      if (ts.isClassDeclaration(at))
        return at.name && this.classes.has(at.name.text) ? at.name.text : undefined
      if ((ts.isArrowFunction(at) || ts.isMethodDeclaration(at)) && at.type) {
        const type = at.type.getText()
        return this.classes.has(type) ? type : this.madeOf.get(type)
      }
    }
    return undefined
  }
}

/**
 * The words that an expression can be. A name that is handed on has its words where it comes from.
 *
 * @param {Source} source
 * @param {ts.Node | undefined} given
 * @returns {string[]}
 */
const wordsOf = (source, given) => {
  if (!given) return []
  const node = bare(given)
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isConditionalExpression(node))
    return [...wordsOf(source, node.whenTrue), ...wordsOf(source, node.whenFalse)]
  if (ts.isBinaryExpression(node)) {
    const right = wordsOf(source, node.right)
    const isAnd = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
    return isAnd ? right : [...wordsOf(source, node.left), ...right]
  }
  if (ts.isElementAccessExpression(node)) {
    const table = source.values.get(node.expression.getText())
    if (!table || !ts.isObjectLiteralExpression(table)) return []
    return table.properties.flatMap((one) => wordsOf(source, valueOf(table, nameOf(one))))
  }
  if (ts.isTemplateExpression(node)) {
    // One gap, for the keys of the one table of the source.
    const [table, other] = source
      .tables()
      .filter((one) => one.properties.every((row) => WORD.test(nameOf(row))))
    const [span, more] = node.templateSpans
    if (!table || other || !span || more)
      throw new Error(`${source.file}: what can ${node.getText()} be? A table of the words is missing`)
    return table.properties.map((one) => node.head.text + nameOf(one) + span.literal.text)
  }
  return []
}

/**
 * The row of a table of the source for a code.
 *
 * @param {Source} source
 * @param {string} code
 */
const rowOf = (source, code) => {
  for (const table of source.tables()) {
    const row = table.properties
      .map(nameOf)
      .find((name) => name !== '' && (name === code || code.endsWith(`_${name}`)))
    const value = valueOf(table, row ?? '')
    if (value && ts.isObjectLiteralExpression(value)) return value
  }
  return undefined
}

/**
 * The sentences of an object: its own, or those of its advice.
 *
 * @param {Sources} sources
 * @param {Source} source
 * @param {ts.ObjectLiteralExpression | undefined} object
 */
const saidBy = (sources, source, object) => {
  if (!object) return { messages: [], advice: [] }
  const own = sources.advice(source, object)
  return {
    messages: sources.texts(source, valueOf(object, 'message')),
    advice: own.length > 0 ? own : sources.advice(source, valueOf(object, 'advice')),
  }
}

/**
 * All codes of our own errors and findings, in the order of their sources.
 *
 * @param {string} root
 * @returns {OwnCode[]}
 */
export const readOwnCodes = (root) => {
  const sources = new Sources(root)
  const makers = new Makers(sources)
  /** @type {OwnCode[]} */
  const found = []
  /** The interface of a finding, by its codes. @type {Map<string, string>} */
  const findings = new Map()
  for (const [by, { source, code, fixed }] of [...makers.classes, ...makers.findings]) {
    for (const word of [...fixed, ...sources.words(source, code)]) {
      if (makers.findings.has(by)) findings.set(word, by)
      found.push({ code: word, home: source.home, by, ...saidBy(sources, source, rowOf(source, word)) })
    }
  }
  /** @type {string[]} */
  const unread = []
  for (const source of sources.known.values()) {
    walk(source.tree, (node) => {
      if (ts.isArrayLiteralExpression(node)) {
        // Findings are also written as pairs of a code and a sentence.
        const [first, second] = node.elements
        const code = first && ts.isStringLiteral(first) ? first.text : ''
        const by = findings.get(code)
        const messages = sources.texts(source, second).filter((text) => text.includes(' '))
        if (by) found.push({ code, home: source.home, by, messages, advice: [] })
      }
      if (!ts.isObjectLiteralExpression(node)) return
      for (const code of wordsOf(source, valueOf(node, 'code'))) {
        if (!WORD.test(code)) continue
        const by = makers.of(node) ?? findings.get(code)
        if (by === undefined) {
          unread.push(`${code} of ${path.basename(source.file)}`)
          continue
        }
        const own = saidBy(sources, source, node)
        const row = saidBy(sources, source, rowOf(source, code))
        found.push({
          code,
          home: source.home,
          by,
          messages: own.messages.length > 0 ? own.messages : row.messages,
          advice: own.advice.length > 0 ? own.advice : row.advice,
        })
      }
    })
  }
  if (unread.length > 0) throw new Error(`no error and no finding has these codes: ${unread.join(', ')}`)
  return found
}
