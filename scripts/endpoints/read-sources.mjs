// Reads the calls of the HTTP API from the sources: the reference's list, rest, the simulator and the tests.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { ts } from '../typescript.cjs'

/** Paths of these sources. */
export const LIST = 'packages/protocol/test/support/documented-endpoints.ts'
const TREE = 'packages/rest/src/api/api.ts'
export const RESOURCES = 'packages/rest/src/api/resources'
export const ROUTES = 'packages/simulator/src/core/calls'
export const TESTS = 'packages/rest/test'

const ENDPOINT = /^(?:GET|POST|PUT|PATCH|DELETE) \/\S*$/
const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** @param {string} file */
const parse = (file) =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TS)

/** @param {string} folder @returns {string[]} */
const sourcesBelow = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const full = path.join(folder, entry.name)
        if (entry.isDirectory()) return sourcesBelow(full)
        return entry.name.endsWith('.ts') ? [full] : []
      })
    : []

/** @param {ts.Node} node @param {(node: ts.Node) => void} visit */
const walk = (node, visit) => {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** Texts that a file gives names to. @param {ts.SourceFile} file @returns {Map<string, string>} */
const constantsOf = (file) => {
  const found = new Map()
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, initializer } of statement.declarationList.declarations)
      if (ts.isIdentifier(name) && initializer && ts.isStringLiteralLike(initializer))
        found.set(name.text, initializer.text)
  }
  return found
}

/**
 * The text that an expression stands for, or `null`.
 *
 * @param {ts.Node} node
 * @param {Map<string, string>} constants
 * @returns {string | null}
 */
const textOf = (node, constants) => {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isIdentifier(node)) return constants.get(node.text) ?? null
  if (!ts.isTemplateExpression(node)) return null
  const parts = node.templateSpans.map(({ expression, literal }) => {
    const value = textOf(expression, constants)
    return value === null ? null : value + literal.text
  })
  return parts.includes(null) ? null : node.head.text + parts.join('')
}

/** An endpoint without the names of its ids. @param {string} endpoint */
export const shapeOf = (endpoint) => endpoint.replaceAll(/\{[^{}]*\}/g, '{}')

/** The list, each call with its section. @param {string} root @returns {{ endpoint: string, section: string }[]} */
export const documentedEndpoints = (root) => {
  let section = ''
  return readFileSync(path.join(root, LIST), 'utf8')
    .split('\n')
    .flatMap((line) => {
      section = /^\s*\/\/ §([\d.]+)$/.exec(line)?.[1] ?? section
      const endpoint = /^\s*'([^']+)',$/.exec(line)?.[1]
      return endpoint === undefined ? [] : [{ endpoint, section }]
    })
}

/** Names of the resources in the tree, by class. @param {string} root @returns {Map<string, string>} */
const resourceNames = (root) => {
  const names = new Map()
  walk(parse(path.join(root, TREE)), (node) => {
    if (!ts.isPropertyDeclaration(node) || !ts.isIdentifier(node.name)) return
    if (node.type && ts.isTypeReferenceNode(node.type))
      names.set(node.type.typeName.getText(), node.name.text)
  })
  return names
}

/** Parameters of a method, without the options that every call takes. @param {ts.MethodDeclaration} method */
const parametersOf = (method) =>
  method.parameters
    .map(({ name, questionToken, initializer }) => name.getText() + (questionToken || initializer ? '?' : ''))
    .filter((name) => name !== 'options?')
    .join(', ')

/**
 * The methods of the tree, each with its endpoint.
 *
 * @param {string} root
 * @returns {{ chain: string, call: string, endpoint: string }[]}
 */
export const methodsOf = (root) => {
  const names = resourceNames(root)
  return sourcesBelow(path.join(root, RESOURCES)).flatMap((name) => {
    const file = parse(name)
    const constants = constantsOf(file)
    return file.statements.filter(ts.isClassDeclaration).flatMap((one) => {
      const resource = names.get(one.name?.text ?? '')
      if (resource === undefined) return []
      return one.members.filter(ts.isMethodDeclaration).flatMap((method) => {
        const chain = `rest.api.${resource}.${method.name.getText()}`
        /** @type {Set<string>} */
        const endpoints = new Set()
        walk(method, (node) => {
          const text = textOf(node, constants)
          if (text !== null && ENDPOINT.test(text)) endpoints.add(text)
        })
        return [...endpoints].map((endpoint) => ({
          chain,
          call: `${chain}(${parametersOf(method)})`,
          endpoint,
        }))
      })
    })
  })
}

/** Every route that the simulator answers, as `GET /channels/{}`. @param {string} root @returns {Set<string>} */
export const routesOf = (root) => {
  const routes = new Set()
  for (const name of sourcesBelow(path.join(root, ROUTES))) {
    const file = parse(name)
    const constants = constantsOf(file)
    walk(file, (node) => {
      if (!ts.isArrayLiteralExpression(node)) return
      const [, method, pattern] = node.elements.map((element) => textOf(element, constants))
      if (METHODS.has(method ?? '') && pattern?.startsWith('/')) routes.add(`${method} ${shapeOf(pattern)}`)
    })
  }
  return routes
}

/** `rest.api.pins.add` for such an expression, else `''`. @param {ts.Node} node @returns {string} */
const chainOf = (node) => {
  if (ts.isIdentifier(node)) return node.text
  if (!ts.isPropertyAccessExpression(node)) return ''
  const before = chainOf(node.expression)
  return before === '' ? '' : `${before}.${node.name.text}`
}

/** Every call of a client below a node. @param {ts.Node} node @returns {string[]} */
const callsIn = (node) => {
  /** @type {string[]} */
  const calls = []
  walk(node, (one) => {
    if (!ts.isCallExpression(one)) return
    const chain = chainOf(one.expression)
    if (chain.startsWith('rest.')) calls.push(chain)
  })
  return calls
}

/** @param {ts.ObjectLiteralExpression} row @param {string} name */
const propertyOf = (row, name) =>
  row.properties.find((property) => ts.isPropertyAssignment(property) && property.name.getText() === name)

/**
 * The calls in rest's tests: the rows of their tables by endpoint, and all calls.
 *
 * @param {string} root
 * @returns {{ byEndpoint: Map<string, Set<string>>, all: Set<string> }}
 */
export const testedCalls = (root) => {
  /** @type {Map<string, Set<string>>} */
  const byEndpoint = new Map()
  const all = new Set()
  for (const name of sourcesBelow(path.join(root, TESTS))) {
    const file = parse(name)
    for (const chain of callsIn(file)) all.add(chain)
    walk(file, (node) => {
      if (!ts.isObjectLiteralExpression(node)) return
      const named = propertyOf(node, 'endpoint')
      const made = propertyOf(node, 'call')
      if (!named || !made || !ts.isPropertyAssignment(named)) return
      const endpoint = textOf(named.initializer, new Map())
      if (endpoint === null) return
      const chains = byEndpoint.get(endpoint) ?? new Set()
      for (const chain of callsIn(made)) chains.add(chain)
      byEndpoint.set(endpoint, chains)
    })
  }
  return { byEndpoint, all }
}
