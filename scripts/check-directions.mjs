// Checks the direction of imports between packages, and between the rooms inside them (docs/architecture.md). Fails on
// an import that the tables do not allow, a deep import, an import that leaves its package by a path, or a cycle.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { ignoredBy } from './ignored.mjs'
import { ts } from './typescript.cjs'

/**
 * Allowed imports between packages. `src` applies to shipped code; tests and the simulator's types may also import
 * `dev`. `tests`: packages whose test helpers may be imported by a path. `sources`: apps whose sources may, since each template
 * gets a copy of them.
 *
 * @type {Readonly<Record<string, { readonly src: readonly string[], readonly types?: readonly string[], readonly dev: readonly string[], readonly tests?: readonly string[], readonly sources?: readonly string[] }>>}
 */
export const ARROWS = {
  'packages/protocol': { src: [], dev: [] },
  'packages/core': { src: [], dev: [] },
  'packages/reconnect-policy': { src: [], dev: [] },
  'packages/gateway': { src: ['core', 'protocol', 'reconnect-policy'], dev: ['simulator', 'rest'] },
  'packages/rest': {
    src: ['core', 'protocol', 'reconnect-policy'],
    dev: ['simulator'],
    tests: ['simulator'],
  },
  'packages/webhook': { src: ['core', 'protocol'], dev: ['simulator'] },
  'packages/bot': { src: ['core', 'protocol', 'gateway', 'rest', 'webhook'], dev: ['simulator'] },
  'packages/redis': {
    src: ['core', 'protocol'],
    dev: ['simulator', 'gateway', 'rest', 'webhook', 'bot'],
    tests: ['bot'],
  },
  'packages/simulator': { src: ['core'], types: ['protocol'], dev: [] },
  'packages/qqkit': {
    src: ['core', 'protocol', 'rest', 'gateway', 'webhook', 'simulator'],
    dev: ['bot'],
    tests: ['simulator'],
  },
  'packages/create-qqkit': { src: [], dev: [] },
  'apps/agent': { src: ['bot'], dev: ['simulator'], sources: ['common'] },
  'apps/cluster': {
    src: ['bot', 'gateway', 'redis', 'rest', 'simulator', 'webhook'],
    dev: [],
    sources: ['agent'],
  },
  'apps/common': { src: ['bot'], dev: [] },
  'apps/basic': { src: ['bot'], dev: ['simulator'], sources: ['common'] },
  'apps/webhook': { src: ['bot'], dev: ['simulator'], sources: ['common'] },
  'apps/example': { src: ['bot', 'simulator'], dev: [], sources: ['basic'] },
  benchmarks: {
    src: ['core', 'protocol', 'reconnect-policy', 'gateway', 'rest', 'redis', 'bot', 'simulator'],
    dev: [],
    tests: ['simulator', 'redis'],
  },
}

/** @param {string[]} lines */
const inOrder = (...lines) => lines.join(' ').split(' ')

/**
 * The rooms inside a package, the lowest first: a file may import from its own room and the rooms before it. A room is
 * a folder of `src` without its sub-rooms; `.` is the files directly in `src`. `index.ts` is above all rooms.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const ROOMS = {
  'packages/protocol': inOrder('text objects intents hosts limits errors events gateway requests'),
  'packages/core': inOrder('. contracts internal testing'),
  'packages/reconnect-policy': inOrder('.'),
  'packages/gateway': inOrder('machine delivery session events shard .'),
  'packages/rest': inOrder(
    'types errors checks text http retry answers limits token pipeline',
    'media media/upload message send stream api/calls api/resources api .',
  ),
  'packages/webhook': inOrder('.'),
  'packages/bot': inOrder(
    'common language events reply context routing composer middleware dispatch runtime . asking control proactive publish quotes voice',
  ),
  'packages/redis': inOrder('port queue decisions events worker state .'),
  'packages/simulator': inOrder(
    'language core/rules core/kernel core/bot core/places core/http core/binding core/gateway core/events core/messages core/streams core/media',
    'core/menu core/guild core/guild-content core/actions core/group core/world core/calls core',
    'runtime live faults handles oracle scenarios . memory recordings page sockets testing cli',
  ),
  'packages/qqkit': inOrder('terminal settings http create login dev doctor .'),
}

const SCOPE = '@qqkit/'
const SOURCE = /\.(?:[cm]?ts|tsx)$/
/** Folders of a package whose code reaches users. */
const SHIPPED = new Set(['src', 'page'])

/** @param {string} folder @param {(name: string) => boolean} isIgnored @returns {string[]} */
const sourcesBelow = (folder, isIgnored) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name)
    if (isIgnored(entry.name)) return []
    if (entry.isDirectory()) return sourcesBelow(full, isIgnored)
    return SOURCE.test(entry.name) ? [full] : []
  })

/** Type-only imports of a file, which do not exist at run time. @param {string} text @returns {Set<string>} */
const typeOnlyImports = (text) => {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest)
  const names = new Map()
  for (const statement of file.statements) {
    const isImport = ts.isImportDeclaration(statement)
    if (!isImport && !ts.isExportDeclaration(statement)) continue
    if (!statement.moduleSpecifier || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    const typeOnly = isImport
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly
    const name = statement.moduleSpecifier.text
    names.set(name, (names.get(name) ?? true) && typeOnly)
  }
  return new Set([...names].filter(([, typeOnly]) => typeOnly).map(([name]) => name))
}

/**
 * The violation of one import, or `null`.
 *
 * @param {{ home: string, file: string, root: string, specifier: string, typeOnly: boolean, exported: Map<string, Set<string>> }} seen
 */
const fault = ({ home, file, root, specifier, typeOnly, exported }) => {
  const inPackage = path.relative(path.join(root, home), file)
  if (specifier.startsWith('.')) {
    const target = path.relative(path.join(root, home), path.resolve(path.dirname(file), specifier))
    const isConfig = !inPackage.includes(path.sep) && inPackage.includes('.config.')
    const { tests = [], sources = [] } = ARROWS[home] ?? {}
    const inRoot = path.relative(root, path.resolve(path.dirname(file), specifier))
    const borrowed = [
      ...tests.map((name) => path.join('packages', name, 'test', path.sep)),
      ...sources.map((name) => path.join(path.dirname(home), name, 'src', path.sep)),
    ].some((folder) => inRoot.startsWith(folder))
    return target.startsWith('..') && !isConfig && !borrowed ? 'leaves its package by a path' : null
  }
  if (!specifier.startsWith(SCOPE)) return null
  const [name = '', ...rest] = specifier.slice(SCOPE.length).split('/')
  const own = `packages/${name}` === home
  const entry = rest.length === 0 ? '.' : `./${rest.join('/')}`
  if (!exported.get(`packages/${name}`)?.has(entry))
    return `imports ${specifier}, which that package does not export`
  const [room = ''] = inPackage.split(path.sep)
  const shipped = SHIPPED.has(room) || (home.startsWith('apps/') && room !== 'test')
  const rules = ARROWS[home]
  if (!rules)
    return `belongs to a folder without a row in the table of ${path.basename(import.meta.filename)}`
  if (shipped) {
    if (entry.endsWith('/testing') && !own) return `ships an import of ${specifier}, which is for tests`
    if (rules.src.includes(name) || (typeOnly && rules.types?.includes(name))) return null
    return `imports ${specifier} against the direction of the packages`
  }
  const allowed = [...rules.src, ...(rules.types ?? []), ...rules.dev, 'core', 'protocol']
  return own || allowed.includes(name) ? null : `imports ${specifier} against the direction of the packages`
}

/**
 * The room of a file of `src`: the longest in the list that it is in.
 *
 * @param {string} inSource
 * @param {readonly string[]} rooms
 */
const roomOf = (inSource, rooms) => {
  const folder = path.posix.dirname(inSource.split(path.sep).join('/'))
  const within = rooms.filter((room) => folder === room || folder.startsWith(`${room}/`))
  return within.toSorted((a, b) => b.length - a.length)[0] ?? null
}

/**
 * Violations between the files of one package, as sentences.
 *
 * @param {string} home
 * @param {Map<string, readonly string[]>} imports the files that each file of `src` imports, as paths below `src`
 */
const faultsInside = (home, imports) => {
  const rooms = ROOMS[home]
  const faults = []
  for (const [file, targets] of imports) {
    if (!rooms || file === 'index.ts') continue
    const room = roomOf(file, rooms)
    if (room === null) {
      faults.push(`${home}/src/${file} is in no room of the table of ${path.basename(import.meta.filename)}`)
      continue
    }
    for (const target of targets) {
      const other = roomOf(target, rooms)
      if (other !== null && rooms.indexOf(other) > rooms.indexOf(room))
        faults.push(`${home}/src/${file} imports ${target}, from a room above its own`)
    }
  }
  const cycle = findCycle(new Map([...imports].map(([file, targets]) => [file, new Set(targets)])))
  return cycle
    ? [...faults, `files of ${home}/src import each other in a circle: ${cycle.join(' → ')}`]
    : faults
}

/** The first cycle among arrows, as names, or `null`. @param {Map<string, Set<string>>} arrows */
export const findCycle = (arrows) => {
  /** Names that reach no cycle. */
  const clear = new Set()
  /** @param {string} name @param {readonly string[]} trail @returns {string[] | null} */
  const visit = (name, trail) => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name]
    if (clear.has(name)) return null
    for (const next of arrows.get(name) ?? []) {
      const cycle = visit(next, [...trail, name])
      if (cycle) return cycle
    }
    clear.add(name)
    return null
  }
  for (const name of arrows.keys()) {
    const cycle = visit(name, [])
    if (cycle) return cycle
  }
  return null
}

/** Every violation below `root`, as sentences. @param {string} root @returns {string[]} */
export const findViolations = (root) => {
  const isIgnored = ignoredBy(root)
  const homes = ['packages', 'apps']
    .filter((group) => existsSync(path.join(root, group)))
    .flatMap((group) => readdirSync(path.join(root, group)).map((name) => `${group}/${name}`))
    .concat(existsSync(path.join(root, 'benchmarks')) ? ['benchmarks'] : [])
    .filter((home) => existsSync(path.join(root, home, 'package.json')))
  /** @type {Map<string, Set<string>>} */
  const exported = new Map()
  /** @type {Map<string, Set<string>>} */
  const arrows = new Map()
  const violations = []
  for (const home of homes) {
    const manifest = JSON.parse(readFileSync(path.join(root, home, 'package.json'), 'utf8'))
    exported.set(home, new Set(Object.keys(manifest.exports ?? {})))
    const names = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith(SCOPE))
    arrows.set(home, new Set(names.map((name) => `packages/${name.slice(SCOPE.length)}`)))
    for (const name of names.map((full) => full.slice(SCOPE.length))) {
      if (!ARROWS[home]?.src.includes(name))
        violations.push(
          `${home}/package.json depends on ${SCOPE}${name} against the direction of the packages`,
        )
    }
  }
  for (const home of homes) {
    const source = path.join(root, home, 'src')
    /** @type {Map<string, string[]>} */
    const inside = new Map()
    for (const file of sourcesBelow(path.join(root, home), isIgnored)) {
      const own = path.relative(source, file)
      if (!own.startsWith('..')) inside.set(own, [])
      const text = readFileSync(file, 'utf8')
      const typeOnly = typeOnlyImports(text)
      for (const { fileName: specifier } of ts.preProcessFile(text, true, true).importedFiles) {
        const wrong = fault({ home, file, root, specifier, typeOnly: typeOnly.has(specifier), exported })
        if (wrong) violations.push(`${path.relative(root, file)} ${wrong}`)
        const target = path
          .relative(source, path.resolve(path.dirname(file), specifier))
          .replace(/\.js$/, '.ts')
        if (specifier.startsWith('.') && !target.startsWith('..')) inside.get(own)?.push(target)
      }
    }
    violations.push(...faultsInside(home, inside))
  }
  const cycle = findCycle(arrows)
  if (cycle) violations.push(`packages depend on each other in a cycle: ${cycle.join(' → ')}`)
  return violations
}

if (import.meta.filename === process.argv[1]) {
  const violations = findViolations(path.dirname(import.meta.dirname))
  for (const violation of violations) console.error(violation)
  if (violations.length > 0) process.exitCode = 1
  else console.log('Imports run in one direction only.')
}
