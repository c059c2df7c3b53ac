import { sleep } from '@qqkit/core/internal'
import { describe, expect, it } from 'vitest'

import { type GatedAttempt, InvalidRequestError, StreamError } from '../src/index.js'
import { taken } from './support/fake-endpoint.js'
import { ANCHOR, C2C, CHANNEL, failure, GROUP, restHarness, sent } from './support/rest-harness.js'

const EXPIRED = failure(40034005, '回复消息msg_id已过期')

const USER = { scene: 'c2c', id: 'E4F4AEA33253A2797FB897C50B81D7ED' } as const

/** A gate that notes what it was asked. */
const noting = (pass: (attempt: GatedAttempt) => void | Promise<void> = () => {}) => {
  const asked: boolean[] = []
  return {
    asked,
    gate: {
      pass: (attempt: GatedAttempt) => {
        asked.push(attempt.keyed)
        return pass(attempt)
      },
    },
  }
}

describe('RS-63 the gate of a send', () => {
  it('RS-63 is asked before each attempt whether a repeat would be recognised', async () => {
    const { rest, settle, calls } = restHarness(['refused', EXPIRED, sent()])
    const { asked, gate } = noting()
    const result = await settle(rest.send(GROUP, 'hi', { anchor: ANCHOR, gate }))
    // A repeat with the key, then the fallback, which has none.
    expect([asked, calls.length, result.mode]).toEqual([[true, true, false], 3, 'proactive'])
    const guild = noting()
    await settle(rest.send(CHANNEL, 'hi', { anchor: ANCHOR, gate: guild.gate }))
    expect(guild.asked).toEqual([false])
    await rest.close()
  })

  it('RS-63 holds an attempt back that waited for its turn, and is not repeated', async () => {
    const { rest, settle, calls, clock } = restHarness([failure(0, '', 502), sent()])
    let isOpen = true
    const { gate } = noting(() => {
      if (!isOpen) throw new Error('another process has it')
    })
    const sending = rest.send(GROUP, 'hi', { anchor: ANCHOR, gate })
    sending.catch(() => {})
    await clock.settle()
    isOpen = false
    await expect(settle(sending)).rejects.toThrow('another process has it')
    expect(calls.length).toBe(1)
    await rest.close()
  })

  it('RS-63 may take its time, but not longer than the call has', async () => {
    const { rest, settle, calls, clock } = restHarness([sent()])
    const slow = noting(async ({ signal }) => sleep(clock, 3000, signal))
    const sending = rest.send(GROUP, 'hi', { anchor: ANCHOR, gate: slow.gate })
    await clock.advance(2999)
    expect(calls.length).toBe(0)
    await settle(sending)
    expect(calls.length).toBe(1)
    const never = noting(async ({ signal }) => sleep(clock, 1e9, signal))
    const late = rest.send(GROUP, 'hi', { anchor: ANCHOR, gate: never.gate, timeout: 5000 })
    await expect(settle(late)).rejects.toMatchObject({ code: 'deadline', delivered: 'no' })
    expect(calls.length).toBe(1)
    await rest.close()
  })

  it('RS-63 stays with a call that an interceptor changes', async () => {
    const { rest, settle } = restHarness([sent()])
    rest.use(async (call, next) => next({ ...call, headers: { 'x-shop': '1' } }))
    rest.use(async (call, next) => next({ ...call, signal: AbortSignal.any([call.signal]) }), {
      around: 'attempt',
    })
    const { asked, gate } = noting()
    await settle(rest.send(GROUP, 'hi', { anchor: ANCHOR, gate }))
    expect(asked).toEqual([true])
    await rest.close()
  })

  it('RS-63 is asked before every chunk of a stream, and ends it', async () => {
    const { rest, settle, calls, clock } = restHarness([taken()])
    let left = 2
    const { asked, gate } = noting(() => {
      left -= 1
      if (left < 0) throw new Error('another process has it')
    })
    const stream = rest.openStream(USER, { anchor: ANCHOR, gate })
    for (const word of ['once ', 'upon ', 'a time']) {
      stream.write(word)
      await clock.advance(1000)
    }
    const error: unknown = await settle(stream.end().catch((reason: unknown) => reason))
    expect([StreamError.is(error), calls.length]).toEqual([true, 2])
    expect(asked.every(Boolean)).toBe(true)
    await rest.close()
  })

  it('RS-63 is an object with pass()', async () => {
    const { rest } = restHarness([sent()])
    await expect(rest.send(C2C, 'hi', { gate: {} as never })).rejects.toThrow(InvalidRequestError)
    const open = (): unknown => rest.openStream(USER, { anchor: ANCHOR, gate: 1 as never })
    expect(open).toThrow(InvalidRequestError)
    await rest.close()
  })
})
