import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { findCycle, findViolations } from '../check-directions.mjs'

let root: string

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), text)
}

const manifest = (
  home: string,
  dependencies: readonly string[] = [],
  entries: readonly string[] = ['.'],
): void => {
  write(
    `${home}/package.json`,
    JSON.stringify({
      exports: Object.fromEntries(entries.map((entry) => [entry, {}])),
      dependencies: Object.fromEntries(dependencies.map((name) => [`@qqkit/${name}`, 'workspace:^'])),
    }),
  )
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'directions-'))
  manifest('packages/protocol')
  manifest('packages/core', [], ['.', './testing'])
  manifest('packages/rest', ['core', 'protocol'])
  manifest('packages/gateway', ['core'])
  manifest('packages/simulator', ['core'])
  manifest('benchmarks', ['simulator'])
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

it('accepts arrows that follow the table', () => {
  write(
    'packages/rest/src/index.ts',
    "import { systemClock } from '@qqkit/core'\nexport { x } from './x.js'\nvoid systemClock",
  )
  write('packages/rest/test/x.test.ts', "import '@qqkit/simulator'\nimport '@qqkit/core/testing'")
  write('packages/simulator/src/index.ts', "import type { T } from '@qqkit/protocol'\nexport type U = T")
  write('benchmarks/src/a.ts', "import '../../packages/simulator/test/a.js'")
  expect(findViolations(root)).toEqual([])
})

it('reads nothing that Git ignores', () => {
  write('.gitignore', '.types/\n*.made.ts\n')
  write('packages/core/.types/src/index.d.ts', "import '@qqkit/rest'")
  write('packages/core/src/a.made.ts', "import '@qqkit/rest'")
  expect(findViolations(root)).toEqual([])
})

describe('refuses', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      'an arrow against the direction',
      'packages/core/src/a.ts',
      "import '@qqkit/rest'",
      'against the direction',
    ],
    [
      'an arrow between siblings',
      'packages/gateway/src/a.ts',
      "import '@qqkit/rest'",
      'against the direction',
    ],
    [
      'a dynamic import against it',
      'packages/core/src/a.ts',
      "await import('@qqkit/rest')",
      'against the direction',
    ],
    [
      'a re-export against it',
      'packages/core/src/a.ts',
      "export * from '@qqkit/rest'",
      'against the direction',
    ],
    ['a deep import', 'packages/rest/src/a.ts', "import '@qqkit/core/src/x.js'", 'does not export'],
    [
      'a path into another package',
      'packages/rest/src/a.ts',
      "import '../../core/src/x.js'",
      'leaves its package',
    ],
    [
      'a path from the benchmarks into sources',
      'benchmarks/src/a.ts',
      "import '../../packages/simulator/src/x.js'",
      'leaves its package',
    ],
    ['shipped test tools', 'packages/rest/src/a.ts', "import '@qqkit/core/testing'", 'which is for tests'],
    [
      'values where only types are allowed',
      'packages/simulator/src/a.ts',
      "import { Opcode } from '@qqkit/protocol'\nvoid Opcode",
      'against the direction',
    ],
    [
      'a client in the simulator, even in its tests',
      'packages/simulator/test/a.test.ts',
      "import '@qqkit/gateway'",
      'against the direction',
    ],
  ]
  for (const [what, file, text, complaint] of cases) {
    it(what, () => {
      write(file, text)
      expect(findViolations(root)).toEqual([expect.stringContaining(complaint)])
    })
  }

  it('a dependency in a manifest', () => {
    manifest('packages/core', ['rest'], ['.', './testing'])
    expect(findViolations(root).join('\n')).toMatch(/core\/package\.json depends on @qqkit\/rest/)
  })

  it('a cycle', () => {
    const arrows = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
      ['c', new Set(['b'])],
    ])
    expect(findCycle(arrows)).toEqual(['b', 'c', 'b'])
    expect(findCycle(new Map([['a', new Set(['b'])]]))).toBe(null)
  })
})

describe('rooms inside a package', () => {
  it('may import their own room and those below, and index.ts everything', () => {
    write('packages/core/src/clock.ts', 'export const now = 1')
    write('packages/core/src/internal/a.ts', "export { now } from '../clock.js'\nimport './b.js'")
    write('packages/core/src/internal/b.ts', 'export {}')
    write('packages/core/src/index.ts', "export * from './internal/a.js'")
    expect(findViolations(root)).toEqual([])
  })

  it.each([
    [
      'a room above',
      'clock.ts',
      "import './internal/a.js'",
      'clock.ts imports internal/a.ts, from a room above its own',
    ],
    [
      'a type of a room above',
      'clock.ts',
      "import type { A } from './internal/a.js'",
      'from a room above its own',
    ],
    ['a folder that is no room', 'attic/a.ts', 'export {}', 'attic/a.ts is in no room'],
    ['a circle of types', 'internal/a.ts', "import type { B } from './b.js'", 'in a circle'],
  ])('refuse %s', (_what, file, text, complaint) => {
    write('packages/core/src/internal/a.ts', 'export type A = 1')
    write('packages/core/src/internal/b.ts', "import type { A } from './a.js'\nexport type B = A")
    write(`packages/core/src/${file}`, text)
    expect(findViolations(root)).toEqual([expect.stringContaining(complaint)])
  })
})
