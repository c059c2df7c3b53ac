// Finds the doc comments that users see in their editors: those of all exports of a package's entries and of all types
// that these mention, since a bundled declaration file contains them.
import path from 'node:path'

import { ts } from '../typescript.cjs'

/** Comments are read as text, without parsing their tags. */
const PARSING = {
  languageVersion: ts.ScriptTarget.Latest,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
}

/**
 * @typedef {{ from: string, name: string }} Origin `from`: a file; `name`: what it exports, `*` for everything
 * @typedef {object} Module
 * @property {ts.SourceFile} source
 * @property {Map<string, ts.Node[]>} declarations by their name in the file
 * @property {Map<string, Origin>} imports by their name in the file
 * @property {Map<string, string | Origin>} exports by their name outside; a text is a name in the file
 * @property {string[]} stars files of which everything is exported
 */

/** @param {ts.Node} node */
const isExported = (node) =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

/**
 * Names that a statement declares, each with its node.
 *
 * @param {ts.Statement} statement
 * @returns {[string, ts.Node][]}
 */
const declaredBy = (statement) => {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [/** @type {[string, ts.Node]} */ ([name.text, statement])] : [],
    )
  const declares =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  return declares && statement.name ? [[statement.name.text, statement]] : []
}

/**
 * The declarations, imports and exports of one file.
 *
 * @param {string} file
 * @param {string} text
 * @param {(from: string) => string | null} resolve
 * @returns {Module}
 */
const readModule = (file, text, resolve) => {
  const source = ts.createSourceFile(file, text, PARSING)
  /** @type {Module} */
  const one = { source, declarations: new Map(), imports: new Map(), exports: new Map(), stars: [] }
  for (const statement of source.statements) {
    for (const [name, node] of declaredBy(statement)) {
      one.declarations.set(name, [...(one.declarations.get(name) ?? []), node])
      if (isExported(statement)) one.exports.set(name, name)
    }
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue
    const { moduleSpecifier } = statement
    const from =
      moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? resolve(moduleSpecifier.text) : undefined
    if (from === null) continue
    if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings
      if (from !== undefined && bindings && ts.isNamedImports(bindings))
        for (const { name, propertyName } of bindings.elements)
          one.imports.set(name.text, { from, name: (propertyName ?? name).text })
    } else if (statement.exportClause === undefined) {
      if (from !== undefined) one.stars.push(from)
    } else if (ts.isNamedExports(statement.exportClause)) {
      for (const { name, propertyName } of statement.exportClause.elements) {
        const local = (propertyName ?? name).text
        one.exports.set(name.text, from === undefined ? local : { from, name: local })
      }
    }
  }
  return one
}

/**
 * Whether a node is missing in a declaration file: bodies, `#private` members, values with a written type.
 *
 * @param {ts.Node} node
 * @param {ts.Node} parent
 */
const isHidden = (node, parent) => {
  if (ts.isBlock(node) || (ts.isArrowFunction(parent) && node === parent.body)) return true
  if (ts.isClassElement(node) && node.name && ts.isPrivateIdentifier(node.name)) return true
  if (ts.isParameter(parent)) return node === parent.initializer
  if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent))
    return parent.type !== undefined && node === parent.initializer
  return false
}

/** Whether an identifier only names a member. @param {ts.Node} node @param {ts.Node} parent */
const isMemberName = (node, parent) =>
  'name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent)

/**
 * Doc comments of a declaration and its visible members, and the names that it mentions.
 *
 * @param {ts.Node} declaration
 * @param {string} text of its file
 * @param {Map<number, number>} comments end of each, by its start
 * @returns {Set<string>}
 */
const surfaceOf = (declaration, text, comments) => {
  /** @type {Set<string>} */
  const mentioned = new Set()
  const collect = (/** @type {number} */ start) => {
    // A comment on the line of the previous token counts as trailing.
    const before = ts.getTrailingCommentRanges(text, start) ?? []
    for (const { pos, end } of [...before, ...(ts.getLeadingCommentRanges(text, start) ?? [])])
      if (text.startsWith('/**', pos)) comments.set(pos, end)
  }
  /** @param {ts.Node} node @param {ts.Node} parent */
  const visit = (node, parent) => {
    if (isHidden(node, parent)) return
    collect(node.pos)
    // The comment of a union member precedes its bar, which belongs to no member.
    if (ts.isUnionTypeNode(node)) for (const { end } of node.types) collect(end)
    if (ts.isIdentifier(node) && !isMemberName(node, parent)) mentioned.add(node.text)
    ts.forEachChild(node, (child) => visit(child, node))
  }
  visit(declaration, declaration)
  return mentioned
}

/**
 * All doc comments that users of a package see, by file, with start and end.
 *
 * @param {readonly string[]} entries
 * @param {ReadonlyMap<string, string>} texts of the package's files, by name
 * @returns {Map<string, [number, number][]>}
 */
export const publicComments = (entries, texts) => {
  /** @type {Map<string, Module>} */
  const modules = new Map()
  /** @param {string} file @returns {Module | null} */
  const moduleOf = (file) => {
    const text = texts.get(file)
    const known = modules.get(file)
    if (known !== undefined || text === undefined) return known ?? null
    const resolve = (/** @type {string} */ from) =>
      from.startsWith('.') ? path.posix.join(path.posix.dirname(file), from).replace(/\.js$/, '.ts') : null
    const one = readModule(file, text, resolve)
    modules.set(file, one)
    return one
  }
  /** @type {Map<string, Map<number, number>>} */
  const found = new Map()
  const seen = new Set()

  /** @param {string} file @param {string} name as the file itself calls it */
  const reach = (file, name) => {
    const key = `${file} ${name}`
    const one = moduleOf(file)
    if (one === null || seen.has(key)) return
    seen.add(key)
    const origin = one.imports.get(name)
    if (origin !== undefined) reachExport(origin.from, origin.name)
    const comments = found.get(file) ?? new Map()
    found.set(file, comments)
    for (const declaration of one.declarations.get(name) ?? [])
      for (const mentioned of surfaceOf(declaration, one.source.text, comments)) reach(file, mentioned)
  }
  /** @param {string} file @param {string} name as others call it */
  const reachExport = (file, name) => {
    const one = moduleOf(file)
    const target = one?.exports.get(name)
    if (typeof target === 'string') reach(file, target)
    else if (target !== undefined) reachExport(target.from, target.name)
    else for (const from of one?.stars ?? []) reachExport(from, name)
  }
  /** @param {string} file @param {Set<string>} passed */
  const reachAll = (file, passed) => {
    const one = moduleOf(file)
    if (one === null || passed.has(file)) return
    passed.add(file)
    for (const name of one.exports.keys()) reachExport(file, name)
    for (const from of one.stars) reachAll(from, passed)
  }
  for (const entry of entries) reachAll(entry, new Set())
  return new Map([...found].map(([file, comments]) => [file, [...comments]]))
}
