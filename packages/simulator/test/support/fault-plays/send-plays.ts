import { expect } from 'vitest'

import { answered, broken, executed, abortOnStrike, send, sendWith, SENT } from './calls.js'
import type { Play } from './play.js'

/** Sends. */
export const sendPlays: Readonly<Record<string, Play>> = {
  'rate-limited': async (stage) => {
    const limited = await send(stage)
    expect(limited).toMatchObject({ status: 429, json: { err_code: 22009 } })
    expect(limited.headers).not.toHaveProperty('retry-after')
    expect(executed(stage)).toBe(0)
    expect(await send(stage)).toMatchObject(SENT)
  },
  'rate-limited-with-hint': answered(send, { status: 429, headers: { 'retry-after': '2' } }, SENT),
  'server-error': async (stage) => {
    expect((await send(stage)).status).toBe(500)
    expect(executed(stage)).toBe(0)
  },
  'server-error-while-executing': async (stage) => {
    expect((await send(stage)).status).toBe(504)
    expect(executed(stage)).toBe(0)
    await stage.pass(1_000)
    expect(executed(stage)).toBe(1)
  },
  'server-error-after-executing': async (stage) => {
    expect((await send(stage)).status).toBe(500)
    expect(executed(stage)).toBe(1)
  },
  'html-502': answered(send, { status: 502, text: '<html>502</html>' }, SENT),
  'send-hangs': broken(sendWith, 0),
  'send-hangs-during-answer': broken(sendWith, 1),
  'send-hangs-after-executing': broken(sendWith, 1),
  'send-slow': async (stage) => {
    const struck = stage.strike()
    const answer = send(stage)
    await struck
    expect(executed(stage)).toBe(0)
    await stage.pass(3_000)
    expect(await answer).toMatchObject(SENT)
    expect(stage.sim.log.of('call').at(-1)?.ms).toBe(3_000)
  },
  'send-executed-late': async (stage) => {
    await abortOnStrike(stage, async (signal) => sendWith(stage, signal))
    expect(executed(stage)).toBe(0)
    await stage.pass(10_000)
    expect(executed(stage)).toBe(1)
  },
  'reset-before-executing': broken(sendWith, 0),
  'reset-during-answer': broken(sendWith, 1),
  'reset-after-executing': broken(sendWith, 1),
  'error-with-200': answered(send, { status: 200, json: { err_code: 40034024 } }, SENT),
}
