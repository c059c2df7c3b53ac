import { describe, expect, it } from 'vitest'

import { getToken, identified, INTENTS, memoryClient } from '../support/clients.js'
import { onStage } from '../support/stage.js'
import type { WireClient, WireSocket } from '../support/wire-client.js'

const resume = async (
  client: WireClient,
  token: string,
  session: string,
  seq: unknown,
): Promise<WireSocket> => {
  const socket = await client.open()
  socket.send({ op: 6, d: { token, session_id: session, seq } })
  return socket
}

const ended = async (socket: WireSocket): Promise<number> => (await socket.untilEnd()).code

describe('handshake', () => {
  it('SM-01 an Identify without its prefix is answered with op 9 after 100 ms', async () => {
    const client = await memoryClient()
    const token = await getToken(client)
    const socket = await client.open()
    socket.send({ op: 2, d: { token, intents: INTENTS, shard: [0, 1] } })
    await client.clock.advance(99)
    expect(socket.frames).toHaveLength(1)
    await client.clock.advance(1)
    expect(socket.frames.at(-1)).toEqual({ op: 9, d: false })
    await client.close()
  })

  it('SM-01 the old authorization works, unless it is switched off', async () => {
    const outcome = async (legacyAuth: boolean): Promise<unknown> => {
      const client = await memoryClient({ legacyAuth })
      const { appId, legacyToken } = client.sim.credentials
      const socket = await client.open()
      socket.send({ op: 2, d: { token: `Bot ${appId}.${legacyToken}`, intents: 1, shard: [0, 1] } })
      await client.clock.settle()
      const last = socket.frames.at(-1)?.t
      await client.close()
      return socket.ended?.code === 4004 ? 4004 : last
    }
    expect([await outcome(true), await outcome(false)]).toEqual(['READY', 4004])
  })

  it.each([
    ['banned', 4915],
    ['delisted', 4914],
  ] as const)('SM-01 a %s bot is closed with %i', async (standing, code) => {
    const client = await memoryClient()
    const token = await getToken(client)
    client.sim.changeBot({ standing })
    const socket = await client.open()
    socket.send({ op: 2, d: { token: `QQBot ${token}`, intents: INTENTS, shard: [0, 1] } })
    expect(await ended(socket)).toBe(code)
    await client.close()
  })

  it('SM-01 too many guilds on a shard end in 4011, another version in 4012', async () => {
    const client = await memoryClient({ guildsPerShard: 3, sessionStarts: { maxConcurrency: 9 } })
    const token = await getToken(client)
    const outcome = async (d: object): Promise<unknown> => {
      const socket = await client.open()
      socket.send({ op: 2, d: { token: `QQBot ${token}`, intents: INTENTS, shard: [0, 1], ...d } })
      await client.clock.settle()
      return socket.ended?.code ?? socket.frames.at(-1)?.t
    }
    for (const name of ['a', 'b', 'c']) client.sim.guild(name).addBot()
    expect(await outcome({})).toBe(4011)
    expect([await outcome({ shard: [0, 2] }), await outcome({ shard: [1, 2] })]).toEqual(['READY', 'READY'])
    client.sim.guild('a').removeBot()
    expect(await outcome({})).toBe('READY')
    expect([await outcome({ version: 1 }), await outcome({ version: 2 })]).toEqual(['READY', 4012])
    await client.close()
  })

  it('SM-01 one session per 5 s and a budget per day', async () =>
    onStage(
      async ({ client, sim, clock, token }) => {
        const tooSoon = await client.open()
        tooSoon.send({ op: 2, d: { token: `QQBot ${token}`, intents: INTENTS, shard: [0, 1] } })
        expect(await tooSoon.until(({ op }) => op === 9)).toEqual({ op: 9, d: false })
        await clock.advance(5_000)
        await identified(client, token)
        await clock.advance(5_000)
        const limits = await client.call('/gateway/bot', { token })
        expect(limits.json?.['session_start_limit']).toEqual({
          total: 2,
          remaining: 0,
          reset_after: 86_400_000 - 10_000,
          max_concurrency: 1,
        })
        const spent = await client.open()
        spent.send({ op: 2, d: { token: `QQBot ${token}`, intents: INTENTS, shard: [0, 1] } })
        expect(await spent.untilEnd()).toEqual({ code: 4903, reason: 'create session error' })
        await clock.advance(86_400_000)
        await identified(client, token)
        expect(sim.oracle.count('identify')).toBe(3)
      },
      { sessionStarts: { total: 2 } },
    ))
})

describe('sessions', () => {
  it('SM-01 a session is forgotten 5 minutes after its connection', async () =>
    onStage(async ({ client, clock, token, socket, session }) => {
      socket.terminate()
      await clock.advance(299_000)
      const in_time = await resume(client, `QQBot ${token}`, session, 1)
      await in_time.until(({ t }) => t === 'RESUMED')
      in_time.terminate()
      await clock.advance(300_001)
      const late = await resume(client, `QQBot ${token}`, session, 2)
      expect(await late.until(({ op }) => op === 9)).toEqual({ op: 9, d: false })
    }))

  it('SM-01 Resume accepts the bare token too, and closes with 4007 for an impossible seq', async () =>
    onStage(async ({ client, clock, token, socket, session }) => {
      socket.terminate()
      await clock.settle()
      const bare = await resume(client, token, session, 1)
      await bare.until(({ t }) => t === 'RESUMED')
      bare.terminate()
      await clock.settle()
      for (const seq of [99, -1, 1.5, null, '1']) {
        expect(await ended(await resume(client, `QQBot ${token}`, session, seq))).toBe(4007)
      }
    }))

  it('SM-01 a Resume with a malformed session id is closed with 4006', async () =>
    onStage(async ({ client, token }) => {
      for (const session of ['', 'x', '11111111-2222-4333-8444-55555555555g'])
        expect(await ended(await resume(client, `QQBot ${token}`, session, 1))).toBe(4006)
    }))

  it('SM-01 a Resume during an open connection closes the old one with 4902', async () =>
    onStage(async ({ client, token, socket, session }) => {
      await (await resume(client, `QQBot ${token}`, session, 1)).until(({ t }) => t === 'RESUMED')
      expect(await socket.untilEnd()).toEqual({ code: 4902, reason: 'reset by resume' })
    }))

  it('SM-01 beyond the replay limit a Resume is refused', async () =>
    onStage(
      async ({ client, sim, clock, token, socket, session }) => {
        socket.terminate()
        await clock.settle()
        for (let n = 0; n < 4; n += 1) sim.user('ann').say(`${n}`)
        const late = await resume(client, `QQBot ${token}`, session, 1)
        expect(await late.until(({ op }) => op === 9)).toEqual({ op: 9, d: false })
        const better = await resume(client, `QQBot ${token}`, session, 2)
        await better.until(({ t }) => t === 'RESUMED')
      },
      { replayLimit: 3 },
    ))

  it('SM-01 trimByHeartbeat drops events that a heartbeat confirmed', async () =>
    onStage(
      async ({ client, sim, clock, token, socket, session }) => {
        sim.user('ann').say('2')
        sim.user('ann').say('3')
        socket.send({ op: 1, d: 2 })
        await clock.settle()
        socket.terminate()
        await clock.settle()
        const again = await resume(client, `QQBot ${token}`, session, 1)
        await again.until(({ t }) => t === 'RESUMED')
        expect(again.frames.map(({ s }) => s)).toEqual([undefined, 3, 4])
      },
      { trimByHeartbeat: true },
    ))

  it('SM-01 intents and shards decide who gets an event', async () => {
    const client = await memoryClient({ sessionStarts: { maxConcurrency: 3 } })
    const token = await getToken(client)
    const shards = [
      await identified(client, token, { intents: 2 ** 30 + 2 ** 25, shard: [0, 2] }),
      await identified(client, token, { intents: 2 ** 30 + 2 ** 25, shard: [1, 2] }),
      await identified(client, token, { intents: 2 ** 12, shard: [0, 1] }),
    ]
    client.sim.channel('general').user('cat').say('hi')
    client.sim.user('ann').say('hi')
    await client.clock.settle()
    const count = (t: string): readonly number[] =>
      shards.map(({ socket }) => socket.frames.filter((frame) => frame.t === t).length)
    // One guild stays on one shard; C2C goes to the first (§3.9); without the intent nothing comes.
    const [first = 0, second = 0, without] = count('AT_MESSAGE_CREATE')
    expect([first + second, without]).toEqual([1, 0])
    expect(count('C2C_MESSAGE_CREATE')).toEqual([1, 0, 0])
    await client.close()
  })
})

describe('close codes', () => {
  /** All documented or observed close codes (§3.7). */
  const CODES = [
    ...Array.from({ length: 15 }, (_, index) => 4000 + index),
    ...Array.from({ length: 16 }, (_, index) => 4900 + index),
  ]

  it('SM-01 each can be sent', async () => {
    const client = await memoryClient()
    for (const code of CODES) {
      const socket = await client.open()
      expect(client.sim.faults.close(code, `reason ${code}`)).toBe(1)
      expect(await socket.untilEnd()).toEqual({ code, reason: `reason ${code}` })
    }
    await client.close()
  })

  it('SM-01 an opcode that a bot may not send ends in 4001, and before Identify in 4003', async () =>
    onStage(async ({ client, socket }) => {
      socket.send({ op: 10 })
      expect(await ended(socket)).toBe(4001)
      const early = await client.open()
      early.send({ op: 10 })
      expect(await ended(early)).toBe(4003)
    }))
})

describe('open connections', () => {
  it('SM-01 silence of three intervals ends in 4009', async () =>
    onStage(
      async ({ clock, socket }) => {
        await clock.advance(3 * 41_250 - 1)
        expect(socket.ended).toBeNull()
        await clock.advance(1)
        expect(socket.ended).toEqual({ code: 4009, reason: 'Session timed out' })
      },
      { heartbeatTimeout: 3 * 41_250 },
    ))

  it('SM-01 a connection can have a lifetime', async () =>
    onStage(
      async ({ clock, socket }) => {
        await clock.advance(30 * 60_000)
        expect(socket.ended).toEqual({ code: 4009, reason: 'Session timed out' })
      },
      { connectionLifetime: 30 * 60_000 },
    ))

  it('SM-01 too many frames end in 4008', async () =>
    onStage(
      async ({ clock, socket }) => {
        for (let n = 0; n < 10; n += 1) socket.send({ op: 1, d: 1 })
        await clock.settle()
        expect(socket.ended).toMatchObject({ code: 4008 })
      },
      { framesPerMinute: 10 },
    ))

  it('SM-01 an exchange repeats the token, with a new one in its last minute; both stay valid', async () => {
    const client = await memoryClient()
    const exchange = async (): Promise<readonly [unknown, unknown]> => {
      const { appId, secret } = client.sim.credentials
      const { json } = await client.call(client.sim.tokenUrl, {
        method: 'POST',
        body: { appId, clientSecret: secret },
      })
      return [json?.['access_token'], json?.['expires_in']]
    }
    const works = async (token: unknown): Promise<number> =>
      (await client.call('/users/@me', { token: String(token) })).status
    const [first] = await exchange()
    await client.clock.advance(75_000)
    expect(await exchange()).toEqual([first, '7125'])
    await client.clock.advance(7_200_000 - 75_000 - 30_000)
    const [second, lifetime] = await exchange()
    expect(second).not.toBe(first)
    expect(lifetime).toBe('7200')
    expect([await works(first), await works(second)]).toEqual([200, 200])
    await client.clock.advance(30_000)
    expect([await works(first), await works(second)]).toEqual([401, 200])
    await client.close()
  })
})
