import { Rest } from '@qqkit/rest'
import { createMemorySimulator } from '@qqkit/simulator'
import { Webhook } from '@qqkit/webhook'
import { afterEach, describe, expect, it } from 'vitest'

import { Bot } from '../../src/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

describe('ST-06 an appId that is a number', () => {
  const wrong = { appId: 102_000_001 as never, secret: 'tst-secret-0001' }
  it.each([
    ['Bot', () => new Bot(wrong)],
    ['Rest', () => new Rest(wrong)],
    ['Webhook', () => new Webhook(wrong)],
    ['simulator', () => createMemorySimulator(wrong)],
  ])('is refused by %s where it is made, with advice', (_what, make) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'invalid_options', path: 'appId', advice: expect.anything() }) as Error,
    )
  })
})

describe('ST-06 a token endpoint that refuses', () => {
  let stage: MemoryBot | undefined
  afterEach(async () => {
    await stage?.close()
    stage = undefined
  })

  const refusing = (status: number, body: object, times: number | 'forever') => {
    stage = memoryBot()
    const { sim, bot } = stage
    sim.faults.add({ on: 'call', match: { route: 'token' }, do: { kind: 'answer', status, body }, times })
    bot.on('message', () => {})
    let ended: unknown
    void bot.start().catch((error: unknown) => {
      ended = error
    })
    return { ...stage, asked: () => sim.oracle.count('token'), ended: () => ended }
  }
  const BODIES = (code: number): readonly object[] => [{ code }, { err_code: code }, { code, err_code: 1 }]

  describe.each([200, 400, 500])('with HTTP %d', (status) => {
    it.each(BODIES(100002))('and %j ends the start at once, with advice', async (body) => {
      const { settle, ended, asked } = refusing(status, { ...body, message: 'internal err' }, 'forever')
      await settle(1000)
      expect(ended()).toMatchObject({
        advice: { en: expect.stringMatching(/appId as text.*JSON/) as string },
      })
      expect(asked()).toBe(1)
    })

    it.each(BODIES(100017))('and %j is waited out', async (body) => {
      const { settle, ended, bot, asked } = refusing(status, { ...body, message: '接口调用超过频率限制' }, 1)
      await settle(50_000)
      expect([ended(), asked()]).toEqual([undefined, 1])
      await settle(60_000)
      expect(bot.status().state).toBe('ready')
    })
  })
})
