import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { homesOf, homesOfPlan, runTests } from '../run-tests.mjs'

let root: string
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'homes-'))
  for (const [home, scripts] of Object.entries({
    'packages/a': { test: 'vitest run' },
    'packages/b': { test: 'vitest run' },
    'packages/untested': {},
    'apps/c': { test: 'node --test' },
    scripts: { test: 'vitest run' },
  })) {
    mkdirSync(path.join(root, home), { recursive: true })
    writeFileSync(path.join(root, home, 'package.json'), JSON.stringify({ scripts }))
  }
  // Not a package: left by a branch that had one.
  mkdirSync(path.join(root, 'packages/gone/reports'), { recursive: true })
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

const write = (home: string, file: string, text: string): void => {
  const whole = path.join(root, home, file)
  mkdirSync(path.dirname(whole), { recursive: true })
  writeFileSync(whole, text)
}
const report = (
  home: string,
  numPassedTests: number,
  numFailedTests: number = 0,
  file: string = 'reports/vitest.json',
): void =>
  write(
    home,
    file,
    JSON.stringify({
      numPassedTests,
      numFailedTests,
      testResults: [
        {
          status: numFailedTests === 0 ? 'passed' : 'failed',
          assertionResults: Array.from({ length: numFailedTests }, () => ({
            status: 'failed',
            fullName: 'it holds',
          })),
        },
      ],
    }),
  )
const log = (home: string, text: string): void => write(home, '.turbo/turbo-test.log', text)

/** What a run prints whose packages do this, and whether it is green. */
const run = (work: () => void, status = 0): readonly [boolean, readonly string[]] => {
  const lines: string[] = []
  const isGreen = runTests({
    root,
    homes: homesOf(root),
    test: () => {
      work()
      return status
    },
    print: (line) => void lines.push(line),
  })
  return [isGreen, lines]
}
const all = (): void => {
  for (const home of ['packages/a', 'packages/b', 'scripts']) report(home, 2)
  log('apps/c', '# pass 3\n# fail 0\n')
}

it('knows who has to report: every folder with a script test, or what turbo plans', () => {
  expect(homesOf(root)).toEqual(['packages/a', 'packages/b', 'apps/c', 'scripts'])
  const plan = {
    tasks: [
      { task: 'test', command: 'vitest run', directory: 'packages/a' },
      { task: 'test', command: '<NONEXISTENT>', directory: 'benchmarks' },
      { task: 'build', command: 'tsup', directory: 'packages/b' },
    ],
  }
  expect(homesOfPlan(`a warning\n${JSON.stringify(plan)}`)).toEqual(['packages/a'])
})

it('is green when all have reported, and red with a failed test, whose name it prints', () => {
  expect(run(all)).toEqual([true, ['9 passed, 0 failed']])
  const lines = ['packages/b failed: it holds', '8 passed, 1 failed']
  expect(run(() => (all(), report('packages/b', 1, 1)))).toEqual([false, lines])
})

it('is red for a run that was cut off, whatever its exit code and whatever an earlier run has left', () => {
  all()
  const [isGreen, lines] = run(() => {
    report('packages/a', 2)
    log('packages/b', '> vitest run\n ✓ test/first.test.ts (3 tests)\n')
    log('apps/c', '✔ the first of many\n')
  })
  expect(isGreen).toBe(false)
  expect(lines).toEqual([
    ...['packages/b', 'apps/c', 'scripts'].map(
      (home) => `${home} has not reported its tests: its run was cut off, or did not begin.`,
    ),
    '2 passed, 3 failed',
  ])
})

it('names the files that took more than 10 s', () => {
  const file = (name: string, endTime: number): object => ({
    name: path.join(root, 'packages/a/test', name),
    status: 'passed',
    startTime: 1000,
    endTime,
    assertionResults: [{ status: 'passed', fullName: 'it holds' }],
  })
  const testResults = [file('quick.test.ts', 10_900), file('slow.test.ts', 13_400)]
  const text = JSON.stringify({ numPassedTests: 2, numFailedTests: 0, testResults })
  const lines = ['packages/a/test/slow.test.ts took 12 s', '9 passed, 0 failed']
  expect(run(() => (all(), write('packages/a', 'reports/vitest.json', text)))).toEqual([true, lines])
})

it('sums the reports of a script that runs vitest twice, and misses either', () => {
  const script = 'vitest run a --outputFile=reports/a.json && vitest run --outputFile=reports/vitest.json'
  write('packages/a', 'package.json', JSON.stringify({ scripts: { test: script } }))
  const first = (): void => report('packages/a', 5, 0, 'reports/a.json')
  expect(run(() => (all(), first()))).toEqual([true, ['14 passed, 0 failed']])
  const silent = 'packages/a has not reported its tests: its run was cut off, or did not begin.'
  expect(run(all)).toEqual([false, [silent, '9 passed, 1 failed']])
  const cutOff = (): void => {
    all()
    first()
    rmSync(path.join(root, 'packages/a/reports/vitest.json'))
    log('packages/a', ' ✓ test/first.test.ts (3 tests)\n')
  }
  expect(run(cutOff)).toEqual([false, [silent, '12 passed, 1 failed']])
})

it('is red when a run broke without a failed test, and when there was none', () => {
  expect(run(all, 130)).toEqual([false, ['9 passed, 1 failed']])
  const [isGreen, lines] = run(() => {
    for (const home of ['packages/a', 'packages/b', 'scripts']) report(home, 0)
    log('apps/c', '# pass 0\n')
  })
  expect([isGreen, lines]).toEqual([false, ['0 passed, 0 failed']])
})
