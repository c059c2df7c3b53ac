// Checks the coverage of the HTTP API: each call of §5 of the reference, as protocol's tests list them by hand, has a
// method in rest, a route in the simulator and a test, and the tables of a guide list all calls. `--write` updates the
// tables.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { BEGIN, ELSEWHERE, END, tableFor, withTable, withoutSpacing } from './endpoints/call-table.mjs'
import {
  documentedEndpoints,
  LIST,
  methodsOf,
  RESOURCES,
  ROUTES,
  routesOf,
  shapeOf,
  testedCalls,
  TESTS,
} from './endpoints/read-sources.mjs'

const PAGES = {
  'docs/guides/api-calls.md': ['Call', 'Method and path', 'Section'],
  'docs/guides/api-calls.zh-CN.md': ['调用', '方法与路径', '章节'],
}

/** All missing or stale entries, as sentences. @param {string} root @returns {string[]} */
export const findGaps = (root) => {
  const documented = documentedEndpoints(root)
  const methods = methodsOf(root)
  const routes = routesOf(root)
  const { byEndpoint, all } = testedCalls(root)
  const known = new Set(documented.map(({ endpoint }) => endpoint))
  const gaps = documented.flatMap(({ endpoint, section }) => {
    const own = methods.filter((method) => method.endpoint === endpoint)
    const elsewhere = ELSEWHERE[endpoint]
    const chains = elsewhere === undefined ? own.map(({ chain }) => chain) : [elsewhere.split('(')[0] ?? '']
    const tested = byEndpoint.get(endpoint)
    const name = `${endpoint} (§${section})`
    return [
      chains.length === 0 && `${name} has no method: no resource in ${RESOURCES} calls it.`,
      !routes.has(shapeOf(endpoint)) &&
        `${name} is not answered by the simulator: no table in ${ROUTES} has it.`,
      !tested && `${name} has no test: no row in ${TESTS} names it as its endpoint.`,
      tested &&
        chains.length > 0 &&
        !chains.some((chain) => tested.has(chain)) &&
        `${name} has a test, but none that calls ${chains.join(' or ')}.`,
    ].filter((gap) => typeof gap === 'string')
  })
  const untested = [...new Set(methods.map(({ chain }) => chain))]
    .filter((chain) => !all.has(chain))
    .map((chain) => `${chain}() is never called in ${TESTS}.`)
  const undocumented = methods
    .filter(({ endpoint }) => !known.has(endpoint))
    .map(({ chain, endpoint }) => `${chain}() calls ${endpoint}, which is not in ${LIST}.`)
  const stale = Object.entries(PAGES).flatMap(([file, head]) => {
    const text = readFileSync(path.join(root, file), 'utf8')
    const fresh = withTable(text, tableFor(root, head))
    if (fresh === null) return [`${file} has no place for the table of calls: ${BEGIN} … ${END}`]
    if (withoutSpacing(fresh) === withoutSpacing(text)) return []
    return [`${file} shows other calls than there are: run node scripts/check-endpoints.mjs --write`]
  })
  return [...gaps, ...untested, ...undocumented, ...stale]
}

/** Updates the tables. @param {string} root */
export const writeTables = (root) => {
  for (const [file, head] of Object.entries(PAGES)) {
    const place = path.join(root, file)
    const fresh = withTable(readFileSync(place, 'utf8'), tableFor(root, head))
    if (fresh !== null) writeFileSync(place, fresh)
  }
}

if (import.meta.filename === process.argv[1]) {
  const root = path.dirname(import.meta.dirname)
  if (process.argv.includes('--write')) writeTables(root)
  const gaps = findGaps(root)
  for (const gap of gaps) console.error(gap)
  if (gaps.length > 0) process.exitCode = 1
  else console.log(`${documentedEndpoints(root).length} calls have a method, a route and a test.`)
}
