import { expect, it } from 'vitest'

import { lineOf } from '../../src/cli/conversation.js'
import type { LogEntry } from '../../src/core/kernel/log-entry.js'

const base = { n: 1, at: 0, bot: '102000001', id: 'i1' } as const

const press = (scene: 'c2c' | 'group'): LogEntry => ({
  ...base,
  kind: 'press',
  scene,
  peer: 'team',
  peerId: 'p1',
  author: 'bob',
  message: null,
  button: 'Deploy',
})

const interaction = (code: number | null): LogEntry => ({
  ...base,
  kind: 'interaction',
  code,
  ms: 5,
  by: code === null ? null : 'call',
  shown: null,
})

it('SM-20 shows who pressed a button and where, and an answer of the bot that is not 0', () => {
  expect(lineOf(press('group'), 'en', true)).toBe('bob (team) pressed: Deploy')
  expect(lineOf(press('c2c'), 'zh', true)).toBe('bob 点击了: Deploy')
  expect(lineOf(interaction(0), 'en', true)).toBeNull()
  expect(lineOf(interaction(4), 'en', true)).toMatch(/^• .*code 4$/)
  expect(lineOf(interaction(null), 'zh', true)).toBe('• 机器人没有及时回应点击')
})
