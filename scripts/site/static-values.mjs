// Reads sources without running them: what a constant, a sentence, an advice or a type of words can be.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { ts } from '../typescript.cjs'

/** @typedef {{ readonly en: string, readonly zh: string }} Advice */

/** Where `code` is a number or a word of the platform or of a page, and no code of ours. */
const FOREIGN = /\/simulator\/src\/(?:page|core|memory|faults|scenarios)\//

/** A source that is worth to be parsed. */
const TELLING = /\bcode\b/

/** The gap of a sentence, where a value stands. */
export const GAP = '…'

/** @param {ts.Node} node @param {(node: ts.Node) => void} visit */
export const walk = (node, visit) => {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** The expression without `as const`, `satisfies`, parentheses and `Object.freeze()`. @param {ts.Node} node @returns {ts.Node} */
export const bare = (node) => {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node))
    return bare(node.expression)
  const [first] = ts.isCallExpression(node) ? node.arguments : []
  if (first && ts.isCallExpression(node) && node.expression.getText() === 'Object.freeze') return bare(first)
  return node
}

/** The name of a property, where it is written as one. @param {ts.ObjectLiteralElementLike} one */
export const nameOf = (one) =>
  one.name && (ts.isIdentifier(one.name) || ts.isStringLiteralLike(one.name)) ? one.name.text : ''

/** The value of a property of an object; a shorthand is its own name. @param {ts.ObjectLiteralExpression} object @param {string} name @returns {ts.Node | undefined} */
export const valueOf = (object, name) => {
  const found = object.properties.find((one) => nameOf(one) === name)
  if (!found) return undefined
  if (ts.isPropertyAssignment(found)) return bare(found.initializer)
  return ts.isShorthandPropertyAssignment(found) ? found.name : undefined
}

/** A constant of the blocks around a name. @param {ts.Identifier} name @returns {ts.Node | undefined} */
const constantAround = (name) => {
  for (let at = name.parent; at; at = at.parent) {
    if (!ts.isBlock(at)) continue
    for (const one of at.statements) {
      const all = ts.isVariableStatement(one) ? one.declarationList.declarations : []
      const found = all.find((declared) => declared.name.getText() === name.text)
      if (found?.initializer) return bare(found.initializer)
    }
  }
  return undefined
}

/** One source with what it declares at its top. */
export class Source {
  /** @param {string} file @param {string} home */
  constructor(file, home) {
    this.file = file
    this.home = home
    this.tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
    /** @type {Map<string, ts.Node>} */
    this.values = new Map()
    /** @type {Map<string, ts.TypeNode>} */
    this.types = new Map()
    /** @type {Map<string, string>} */
    this.imports = new Map()
    for (const one of this.tree.statements) {
      if (ts.isVariableStatement(one)) {
        for (const { name, initializer } of one.declarationList.declarations)
          if (initializer) this.values.set(name.getText(), bare(initializer))
      } else if (ts.isTypeAliasDeclaration(one)) this.types.set(one.name.text, one.type)
      else if (ts.isImportDeclaration(one) && ts.isStringLiteral(one.moduleSpecifier)) {
        const bindings = one.importClause?.namedBindings
        const from = one.moduleSpecifier.text
        if (bindings && ts.isNamedImports(bindings) && from.startsWith('.'))
          for (const { name } of bindings.elements)
            this.imports.set(name.text, path.join(path.dirname(file), from.replace(/\.js$/, '.ts')))
      }
    }
  }

  /** The tables at the top of the source: objects by the words of their rows. */
  tables() {
    return [...this.values.values()].filter((value) => ts.isObjectLiteralExpression(value))
  }
}

/** All sources of the packages that tell of codes, and others when they are asked for. */
export class Sources {
  /** @param {string} root */
  constructor(root) {
    const packages = path.join(root, 'packages')
    /** @type {Map<string, Source>} */
    this.known = new Map()
    for (const home of readdirSync(packages)) {
      const folder = path.join(packages, home, 'src')
      if (!existsSync(folder)) continue
      for (const below of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        const file = path.join(folder, below)
        if (!file.endsWith('.ts') || FOREIGN.test(file.split(path.sep).join('/'))) continue
        if (TELLING.test(readFileSync(file, 'utf8'))) this.known.set(file, new Source(file, home))
      }
    }
  }

  /** The place where a name is declared. @param {Source} source @param {string} name @returns {Source} */
  homeOf(source, name) {
    const file = source.imports.get(name)
    if (file === undefined) return source
    const known = this.known.get(file) ?? new Source(file, source.home)
    this.known.set(file, known)
    return known
  }

  /** What a name stands for: a constant of the source, of an import, or of the blocks around it. @param {Source} source @param {ts.Identifier} name */
  value(source, name) {
    const home = this.homeOf(source, name.text)
    const node = home.values.get(name.text) ?? constantAround(name)
    return node && { source: home, node }
  }

  /**
   * The sentences that an expression can be, with gaps for values.
   *
   * @param {Source} source
   * @param {ts.Node | undefined} given
   * @returns {string[]}
   */
  texts(source, given) {
    if (!given) return []
    const node = bare(given)
    if (ts.isStringLiteralLike(node)) return [node.text]
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map(({ expression, literal }) => {
        const fixed = ts.isIdentifier(expression) ? source.values.get(expression.text) : undefined
        return (fixed && ts.isStringLiteral(fixed) ? fixed.text : GAP) + literal.text
      })
      return [node.head.text + spans.join('')]
    }
    if (ts.isConditionalExpression(node))
      return [...this.texts(source, node.whenTrue), ...this.texts(source, node.whenFalse)]
    if (ts.isBinaryExpression(node)) {
      const sides = [this.texts(source, node.left), this.texts(source, node.right)]
      if (node.operatorToken.kind === ts.SyntaxKind.PlusToken)
        return [sides.map(([side = GAP]) => side).join('')]
      return sides.flat()
    }
    if (!ts.isIdentifier(node)) return []
    const found = this.value(source, node)
    return found ? this.texts(found.source, found.node) : []
  }

  /**
   * The advice that an expression can be: objects with both languages, or functions that make them.
   *
   * @param {Source} source
   * @param {ts.Node | undefined} given
   * @returns {Advice[]}
   */
  advice(source, given) {
    if (!given) return []
    const node = bare(given)
    if (ts.isObjectLiteralExpression(node)) {
      const [en] = this.texts(source, valueOf(node, 'en'))
      const [zh] = this.texts(source, valueOf(node, 'zh'))
      return en !== undefined && zh !== undefined ? [{ en, zh }] : []
    }
    if (ts.isConditionalExpression(node))
      return [...this.advice(source, node.whenTrue), ...this.advice(source, node.whenFalse)]
    if (ts.isBinaryExpression(node))
      return [...this.advice(source, node.left), ...this.advice(source, node.right)]
    if (ts.isCallExpression(node)) return this.advice(source, node.expression)
    if (ts.isArrowFunction(node)) {
      if (!ts.isBlock(node.body)) return this.advice(source, node.body)
      /** @type {Advice[]} */
      const made = []
      walk(node.body, (one) => {
        if (ts.isReturnStatement(one)) made.push(...this.advice(source, one.expression))
      })
      return made
    }
    if (!ts.isIdentifier(node)) return []
    const found = this.value(source, node)
    return found ? this.advice(found.source, found.node) : []
  }

  /**
   * The words of a type: literals, unions, their names, and the keys of a table.
   *
   * @param {Source} source
   * @param {ts.TypeNode | undefined} type
   * @returns {string[]}
   */
  words(source, type) {
    if (!type) return []
    if (ts.isLiteralTypeNode(type)) return ts.isStringLiteral(type.literal) ? [type.literal.text] : []
    if (ts.isUnionTypeNode(type)) return type.types.flatMap((one) => this.words(source, one))
    if (ts.isTypeOperatorNode(type) && ts.isTypeQueryNode(type.type)) {
      const table = source.values.get(type.type.exprName.getText())
      return table && ts.isObjectLiteralExpression(table) ? table.properties.map(nameOf) : []
    }
    if (!ts.isTypeReferenceNode(type)) return []
    const name = type.typeName.getText()
    const home = this.homeOf(source, name)
    return this.words(home, home.types.get(name))
  }
}
