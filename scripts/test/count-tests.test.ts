import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { countTests } from '../count-tests.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'counts-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const counted = (texts: { readonly report?: object; readonly log?: string }): object | null => {
  const files = { report: path.join(folder, 'report'), log: path.join(folder, 'log') }
  if (texts.report) writeFileSync(files.report, JSON.stringify(texts.report))
  if (texts.log !== undefined) writeFileSync(files.log, texts.log)
  return countTests(files)
}

it('counts a report of vitest, and a file that did not load as a failure', () => {
  const unloaded = { name: 'gone.test.ts', status: 'failed', assertionResults: [] }
  const red = {
    status: 'failed',
    assertionResults: [
      { status: 'passed', fullName: 'one holds' },
      { status: 'failed', fullName: 'two does not' },
    ],
  }
  const report = { numPassedTests: 3, numFailedTests: 1, testResults: [unloaded, red] }
  const names = ['gone.test.ts did not load', 'two does not']
  expect(counted({ report, log: '# pass 9\n' })).toEqual({ passed: 3, failed: 2, names, slow: [] })
})

it('counts a log of node:test, in both forms that it has without a terminal', () => {
  const log = 'ok 1 - pass 7\nnot ok 2 - two does not\n# tests 6\n# pass 4\n# fail 1\n# cancelled 1\n'
  expect(counted({ log })).toEqual({ passed: 4, failed: 2, names: ['two does not'], slow: [] })
  const green = { passed: 13, failed: 0, names: [], slow: [] }
  expect(counted({ log: 'ℹ pass 13\nℹ fail 0\nℹ cancelled 0\n' })).toEqual(green)
})

it('tells a run that was cut off from one without tests', () => {
  expect([counted({}), counted({ log: '> vitest run\n\n✔ the first of many\n' })]).toEqual([null, null])
  expect(counted({ log: 'ℹ tests 0\nℹ pass 0\nℹ fail 0\n' })).toEqual({
    passed: 0,
    failed: 0,
    names: [],
    slow: [],
  })
})
