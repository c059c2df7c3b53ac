import { describe, expect, it } from 'vitest'

import { RestError, type RestOptions } from '../src/index.js'
import {
  ANCHOR,
  restHarness,
  C2C,
  CHANNEL,
  DM,
  GROUP,
  sent,
  type RestHarness,
} from './support/rest-harness.js'
import type { Reply, Seen } from './support/scripted-dispatcher.js'

const SECOND = 1000

const coded = (code: string): Error => Object.assign(new Error(`getaddrinfo ${code}`), { code })

/** How a platform is away. */
const AWAY: Readonly<Record<string, Reply>> = {
  refused: 'refused',
  'no DNS': { error: coded('EAI_AGAIN'), left: false },
  'no such name': { error: coded('ENOTFOUND'), left: false },
  'a black hole for connections': 'connecting',
  'a black hole for requests': 'hang',
  reset: 'reset',
}

/** A platform of which some messages arrive, each once by its number, whatever becomes of the answer. */
const platform = (
  away: (now: number, isToken: boolean) => Reply | null,
  options: Partial<RestOptions> = {},
) => {
  const shown: string[] = []
  const made = restHarness([sent()], options)
  const { dispatcher, clock } = made
  const keys = new Set<string>()
  dispatcher.script = (request: Seen): Reply => {
    const isToken = request.path.endsWith('Token')
    const gone = away(clock.now(), isToken)
    if (gone !== null) return gone
    if (isToken) return { status: 200, body: { access_token: 'AT_0001', expires_in: '7200' } }
    const { content, msg_id: id, msg_seq: seq } = request.body as Record<string, string | number | undefined>
    if (seq !== undefined) {
      if (keys.has(`${id} ${seq}`))
        return { status: 400, body: { err_code: 40054005, message: '消息被去重' } }
      keys.add(`${id} ${seq}`)
    }
    shown.push(String(content))
    return sent()
  }
  return { ...made, shown }
}

const SCENES = { c2c: C2C, group: GROUP, channel: CHANNEL, dm: DM }
const NUMBERED: ReadonlySet<string> = new Set(['c2c', 'group'])

describe.each(Object.entries(AWAY))('RS-45 a platform that is away (%s)', (_how, reply) => {
  describe.each([1, 18, 55])('for %d s', (length) => {
    it.each(Object.entries(SCENES))(
      'still gets the reply in %s, or a typed unknown',
      async (name, target) => {
        for (const stage of ['token', 'call', 'both'] as const) {
          for (const jitter of [0, 0.5, 0.99]) {
            const { rest, shown, settle } = platform(
              (now, isToken) => {
                const struck = stage === 'both' || (stage === 'token') === isToken
                return struck && now < length * SECOND ? reply : null
              },
              { random: () => jitter },
            )
            const outcome = await settle(
              rest.send(target, 'hi', { anchor: ANCHOR }).catch((error: unknown) => error),
            )
            const arrived = RestError.is(outcome) ? outcome.delivered : 'arrived'
            const allowed = NUMBERED.has(name) || shown.length > 0 ? ['arrived'] : ['unknown']
            expect(allowed).toContain(arrived)
            expect(shown).toHaveLength(arrived === 'arrived' ? 1 : 0)
          }
        }
      },
    )
  })
})

it('RS-45 an attempt that was never sent is repeated until the deadline, whatever maxAttempts says', async () => {
  const { rest, clock, calls, settle } = restHarness(['refused'], { retry: { maxAttempts: 1 } })
  await expect(settle(rest.send(CHANNEL, 'hi', { anchor: ANCHOR }))).rejects.toMatchObject({
    code: 'not_connected',
    delivered: 'no',
  })
  expect(calls.length).toBeGreaterThan(5)
  expect(clock.now()).toBeGreaterThan(58 * SECOND)
  expect(clock.now()).toBeLessThanOrEqual(60 * SECOND)
})

it('RS-45 only attempts that may have been executed count', async () => {
  const replies: Reply[] = [...Array<Reply>(6).fill('refused'), 'reset', 'refused', 'reset', sent()]
  const { rest, calls, settle } = restHarness(replies, { retry: { maxAttempts: 3 } })
  expect(await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }))).toMatchObject({ kind: 'sent' })
  expect(calls).toHaveLength(10)
})

it('RS-45 with replyTimeout "window" a reply is tried while its window is open', async () => {
  const back = 4 * 60 * SECOND
  const make = (options = {}) => {
    const made = restHarness((): Reply => (made.clock.now() < back ? 'refused' : sent()), options)
    return made
  }
  const usual = make()
  await expect(usual.settle(usual.rest.send(GROUP, 'hi', { anchor: ANCHOR }))).rejects.toMatchObject({
    delivered: 'no',
  })
  const patient = make({ replyTimeout: 'window' })
  expect(await patient.settle(patient.rest.send(GROUP, 'hi', { anchor: ANCHOR }))).toMatchObject({
    kind: 'sent',
  })
  // What replies to nothing has no window, and who says how long is heard.
  const { rest, settle } = make({ replyTimeout: 'window' })
  await expect(settle(rest.send(GROUP, 'hi'))).rejects.toMatchObject({ delivered: 'no' })
  const started = patient.clock.now()
  await expect(
    patient.settle(patient.rest.send(GROUP, 'hi', { anchor: ANCHOR, timeout: 1 }).catch(() => 'over')),
  ).resolves.toBeDefined()
  expect(patient.clock.now() - started).toBeLessThan(SECOND)
})

describe('RS-46 close() says what it knows', () => {
  const closed = async (replies: readonly Reply[], wait: number, options = {}) => {
    const { rest, clock, calls, settle } = restHarness(replies, options)
    const call = rest.send(C2C, 'hi', { anchor: ANCHOR }).catch((error: unknown) => error)
    await clock.advance(wait)
    await settle(rest.close({ timeout: 0 }))
    return { calls, error: await call }
  }

  it('of a call that waits for a place: not delivered', async () => {
    const { error, calls } = await closed([sent()], 0, {
      limiter: { acquire: async () => new Promise(() => {}) },
    })
    expect(error).toMatchObject({ code: 'closed', delivered: 'no' })
    expect(calls).toHaveLength(0)
  })

  it.each<[string, Reply, 'no' | 'unknown']>([
    ['a connection refused', 'refused', 'no'],
    ['a 429', { status: 429 }, 'no'],
    ['a reset', 'reset', 'unknown'],
    ['a 500', { status: 500 }, 'unknown'],
  ])('of a call that waits after %s: %s, %s', async (_what, reply, delivered) => {
    const { error, calls } = await closed([reply], 100)
    expect(error).toMatchObject({ code: 'closed', delivered })
    expect(calls).toHaveLength(1)
  })

  it('of a call in flight: unknown', async () => {
    const { error } = await closed(['hang'], 100)
    expect(error).toMatchObject({ code: 'closed', delivered: 'unknown' })
  })
})

describe('RS-48 the next host', () => {
  const hosts = { failover: ['https://second.test'] }

  it('is used when no connection to the current host can be made', async () => {
    const { rest, calls, settle } = restHarness(['refused', sent()], hosts)
    await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }))
    expect(calls.map(({ origin }) => origin)).toEqual(['https://platform.test', 'https://second.test'])
  })

  it('is used when a connection takes too long', async () => {
    const { rest, calls, settle } = restHarness(['connecting', sent()], hosts)
    await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }))
    expect(calls.map(({ origin }) => origin)).toEqual(['https://platform.test', 'https://second.test'])
  })

  it('is not when a request found no free connection: others hold theirs', async () => {
    const { rest, calls, settle } = restHarness(
      (_, index) => (index === 0 ? 'hang' : index === 1 ? 'connecting' : sent()),
      {
        ...hosts,
        attemptTimeout: 30_000,
      },
    )
    const slow = rest.send(C2C, 'slow', { anchor: ANCHOR }).catch(() => null)
    const other = rest.send(GROUP, 'hi', { anchor: ANCHOR, timeout: 20_000 })
    await settle(other)
    expect(calls.map(({ origin }) => origin)).toEqual(Array(3).fill('https://platform.test'))
    await settle(slow)
  })
})

describe.each(['refused', 'connecting'] as const)('RS-45 while nothing can be connected to (%s)', (reply) => {
  it.each([0, 1, 2, 3])(
    'a stream that has sent %d chunks waits, and is complete in the end',
    async (chunks) => {
      const made: RestHarness = restHarness((_, index): Reply => {
        const before = made.clock.now()
        if (index === chunks) since = before
        return index >= chunks && before - since < 50 * SECOND
          ? reply
          : { status: 200, body: { id: 'stream-1' } }
      })
      let since = 0
      const stream = made.rest.openStream({ scene: 'c2c', id: C2C.id }, { anchor: ANCHOR })
      for (const piece of ['a', 'b']) {
        stream.write(piece)
        await made.clock.advance(SECOND)
      }
      expect(await made.settle(stream.end())).toMatchObject({ kind: 'streamed', delivered: 'ab' })
    },
  )
})
