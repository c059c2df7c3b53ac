import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { findLeaks } from '../find-leaks.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'leaks-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const leaksIn = (text: string): string[] => {
  const file = path.join(folder, 'log')
  writeFileSync(file, text)
  return findLeaks([file, path.join(folder, 'absent')])
}

it('RS-19 finds secrets and tokens in output, without printing them again', () => {
  // Put together here, or this file's own report would be a finding.
  const secret = ['simulated', 'secret', '0001'].join('-')
  const token = `AT_${'0a'.repeat(16)}`
  const leaks = leaksIn(`ok\nauthorization: QQBot ${token}\n{"secret":"${secret}"}`)
  expect(leaks).toHaveLength(2)
  expect(leaks.join('\n')).not.toMatch(new RegExp(`${secret}|${token}`))
})

it('leaves names of events and harmless text alone', () => {
  expect(leaksIn('AT_MESSAGE_CREATE [secret] AT_bench tst-secret')).toEqual([])
})
