import { ManualClock } from '@qqkit/core/testing'
import { combineIntents, Intent, type IntentName } from '@qqkit/protocol'
import { describe, expect, it } from 'vitest'

import { ModelStore } from '../model/model-store.js'
import { Rig, type RigOptions } from '../support/rig.js'
import { gatewayAnswer } from '../support/scripted-access.js'
import type { ScriptedSocket } from '../support/scripted-transport.js'

const IDENTIFY = 2
const RESUME = 6
const DAY = 86_400_000

const asked: readonly IntentName[] = [
  'INTERACTION',
  'FORUMS_EVENT',
  'GROUP_AND_C2C_EVENT',
  'GUILD_MESSAGES',
  'PUBLIC_GUILD_MESSAGES',
]
const SUSPECTS = 'GUILD_MESSAGES, FORUMS_EVENT, INTERACTION'
const GRANTED = Intent.GROUP_AND_C2C_EVENT | Intent.PUBLIC_GUILD_MESSAGES

/** The ways in which a platform says no to an Identify without saying why (§3.11). */
const faces: Readonly<Record<string, (socket: ScriptedSocket) => void>> = {
  'op 9 false': (socket) => socket.serverSends({ op: 9, d: false }),
  'op 9 without d': (socket) => socket.serverSends({ op: 9 }),
  'op 9 true': (socket) => socket.serverSends({ op: 9, d: true }),
  'op 9, then 4903': (socket) => socket.serverSends({ op: 9, d: false }).serverCloses(4903),
  'op 9, then a close without a code': (socket) => socket.serverSends({ op: 9, d: false }).serverCloses(1005),
  'op 9, then 4009': (socket) => socket.serverSends({ op: 9, d: false }).serverCloses(4009),
  'op 9, then the end of the line': (socket) =>
    socket.serverSends({ op: 9, d: false }).serverCloses(1006, '', new Error('read ECONNRESET')),
  '4903 alone': (socket) => socket.serverCloses(4903, 'create session error'),
  'a close without a code': (socket) => socket.serverCloses(1005),
  'the end of the line': (socket) => socket.serverCloses(1006),
}
/** Those of them that a bad network cannot bring about. */
const spoken = Object.entries(faces).filter(([name]) => /op 9|4903/.test(name))

/** On to the next socket and its Identify; tells what was sent. */
const next = async (rig: Rig): Promise<'identify' | 'resume'> => {
  await rig.nextSocket()
  rig.socket.serverGreets()
  await rig.clock.settle()
  while (rig.socket.sentOf(IDENTIFY).length + rig.socket.sentOf(RESUME).length === 0) await rig.pass(1000)
  return rig.socket.sentOf(IDENTIFY).length > 0 ? 'identify' : 'resume'
}

const started = async (options: RigOptions = {}): Promise<Rig> => {
  const rig = new Rig({ intents: asked, ...options })
  await rig.start()
  await rig.identified()
  return rig
}

/** Says no, and lets the linger after op 9 pass. */
const refuse = async (rig: Rig, face: (socket: ScriptedSocket) => void = faces['op 9 false'] as never) => {
  face(rig.socket)
  while (rig.shard.state === 'closing') await rig.pass(1000)
}

const lastMask = (rig: Rig): unknown =>
  (rig.socket.sentOf(IDENTIFY)[0]?.d as { intents?: unknown } | undefined)?.intents

describe.each(Object.entries(faces))('%s to Identify', (_name, face) => {
  it('GW-31 first takes a new token; the second in a row names the intents, the most suspicious first', async () => {
    const rig = await started()
    await refuse(rig, face)
    expect(rig.shard).toMatchObject({ state: 'waiting', advice: null })
    expect(rig.shard.reason).not.toContain('intents')
    expect(await next(rig)).toBe('identify')
    expect(rig.access.tokens.at(-1)).toEqual({ fresh: true })

    await refuse(rig, face)
    const { reason, advice } = rig.gateway.status()
    expect(reason).toContain(`Identify was refused 2 times in a row, probably for the intents ${SUSPECTS}`)
    expect(advice?.en).toContain(`Remove ${SUSPECTS} from the intents`)
    expect(advice?.zh).toContain(`去掉 ${SUSPECTS}`)
    const record = rig.records.findLast(({ event }) => event === 'gateway.disconnected')
    expect(record).toMatchObject({
      level: 'warn',
      message: expect.stringContaining(SUSPECTS) as string,
      error: { code: 'gateway_identify_refused', advice },
    })
    // The advice stays in the status until READY, and the mask is asked for as it is.
    await next(rig)
    expect(rig.gateway.status()).toMatchObject({ state: 'connecting', advice })
    expect(lastMask(rig)).toBe(asked.reduce((mask, name) => mask | Intent[name], 0))
    rig.socket.serverIsReady()
    expect(rig.gateway.status()).toMatchObject({ state: 'ready', reason: 'receiving events', advice: null })
  })

  it('GW-31 a day of it stays far inside the session budget', async () => {
    const rig = new Rig({ intents: asked })
    let identifies = 0
    rig.access.gateway_ = () => Promise.resolve(gatewayAnswer({ total: 1000, remaining: 1000 - identifies }))
    await rig.start()
    await rig.identified()
    while (rig.clock.now() < DAY) {
      identifies += 1
      await refuse(rig, face)
      await next(rig)
    }
    expect(identifies).toBeGreaterThan(100)
    expect(identifies).toBeLessThan(300)
  })
})

it('GW-31 READY in between starts the count over', async () => {
  const rig = await started()
  await refuse(rig)
  await next(rig)
  rig.socket.serverIsReady()
  await rig.pass(1000)
  rig.socket.serverCloses(4006)
  await next(rig)
  await refuse(rig)
  expect(rig.shard).toMatchObject({ state: 'waiting', advice: null })
})

it.each<[string, (rig: Rig) => Promise<void>]>([
  ['4004', async (rig) => void rig.socket.serverCloses(4004)],
  ['op 9, then 4004', async (rig) => void rig.socket.serverSends({ op: 9, d: false }).serverCloses(4004)],
  ['4008', async (rig) => void rig.socket.serverCloses(4008)],
  ['4902', async (rig) => void rig.socket.serverCloses(4902)],
  ['a reset', async (rig) => void rig.socket.serverCloses(1006, '', new Error('read ECONNRESET'))],
  ['op 7', async (rig) => void rig.socket.serverSends({ op: 7 }).serverCloses(4009)],
  ['silence', async (rig) => rig.pass(30_000)],
])('GW-31 %s says nothing of the intents', async (_name, lose) => {
  const rig = await started({ onRefusedIntents: 'leave-out' })
  for (let times = 0; times < 4; times += 1) {
    await lose(rig)
    await rig.clock.settle()
    expect(rig.shard).toMatchObject({ state: 'waiting', advice: null })
    await next(rig)
    expect(lastMask(rig)).toBe(asked.reduce((mask, name) => mask | Intent[name], 0))
  }
})

it('GW-31 op 9 before Identify was sent says nothing of the intents', async () => {
  const rig = new Rig({ intents: asked, onRefusedIntents: 'leave-out' })
  await rig.start()
  for (let times = 0; times < 4; times += 1) {
    rig.socket.serverOpens().serverSends({ op: 9, d: false })
    await rig.pass(1000)
    expect(rig.shard).toMatchObject({ state: 'waiting', advice: null })
    await rig.nextSocket()
  }
  expect(rig.records.map(({ event }) => event)).not.toContain('gateway.intents_left_out')
})

it('GW-31 op 9 to a Resume counts for nothing, and what follows identifies with the same intents', async () => {
  const rig = await started({ onRefusedIntents: 'leave-out' })
  const mask = lastMask(rig)
  rig.socket.serverIsReady()
  for (let times = 0; times < 4; times += 1) {
    await rig.pass(10_000)
    rig.socket.serverCloses(4009)
    expect(await next(rig)).toBe('resume')
    await refuse(rig)
    expect(rig.shard).toMatchObject({ state: 'waiting', advice: null })
    expect(await next(rig)).toBe('identify')
    expect(lastMask(rig)).toBe(mask)
    rig.socket.serverIsReady(`session-${times}`)
  }
  expect(rig.gateway.status()).toMatchObject({ state: 'ready', reason: 'receiving events', advice: null })
})

describe('by option', () => {
  it.each(spoken)(
    'GW-31 intents that not every bot has are left out once, and reported: %s',
    async (_name, face) => {
      const rig = await started({ onRefusedIntents: 'leave-out' })
      await refuse(rig, face)
      await next(rig)
      expect(lastMask(rig)).not.toBe(GRANTED)
      await refuse(rig, face)
      await next(rig)
      expect(lastMask(rig)).toBe(GRANTED)
      const told = rig.records.filter(({ event }) => event === 'gateway.intents_left_out')
      expect(told).toMatchObject([
        {
          level: 'error',
          message: expect.stringContaining(SUSPECTS) as string,
          intents: SUSPECTS.split(', '),
        },
      ])
      rig.socket.serverIsReady()
      const { state, reason, advice } = rig.gateway.status()
      expect(state).toBe('ready')
      expect(reason).toBe(`receiving events, except those of ${SUSPECTS}`)
      expect(advice?.en).toContain(`Events of ${SUSPECTS} will not arrive`)
      expect(advice?.zh).toContain(SUSPECTS)

      // It is kept for later connections, also of another run.
      await rig.pass(10_000)
      rig.socket.serverCloses(4006)
      await next(rig)
      expect(lastMask(rig)).toBe(GRANTED)
      rig.socket.serverIsReady('session-2')
      await rig.pass(5000)
      await rig.close()
      await rig.start()
      rig.socket.serverGreets()
      await rig.pass(5000)
      expect(lastMask(rig)).toBe(GRANTED)
      expect(rig.records.filter(({ event }) => event === 'gateway.intents_left_out')).toHaveLength(1)
    },
  )

  it('GW-31 GW-17 the next process requests all of them again, reports the gap, and is refused again', async () => {
    const store = new ModelStore().forLife(() => true)
    const options: RigOptions = { intents: asked, onRefusedIntents: 'leave-out', store, appId: '1' }
    const first = await started(options)
    for (let times = 0; times < 2; times += 1) {
      await refuse(first)
      await next(first)
    }
    first.socket.serverIsReady().serverDispatches(2)
    const lastHeard = first.clock.wall()
    await first.pass(1000)
    await first.close({ resumable: true })
    const second = await started({ ...options, clock: new ManualClock(first.clock.wall()) })
    expect(lastMask(second)).toBe(combineIntents(asked))
    expect(second.gaps).toMatchObject([
      { since: lastHeard, lastSeq: 2, reason: expect.stringMatching(/other intents/) as string },
    ])
    expect(second.gateway.status().advice).toBeNull()
    // The permission may have come meanwhile.
    second.socket.serverIsReady('session-2')
    await second.pass(1000)
    await second.close({ resumable: true })
    const third = new Rig({ ...options, clock: new ManualClock(second.clock.wall()) })
    await third.start()
    third.socket.serverGreets()
    expect(third.socket.sentOf(RESUME)).toMatchObject([{ d: { session_id: 'session-2' } }])
    expect(third.gaps).toEqual([])
  })

  it('GW-31 a further refusal says that nothing suspicious is left, and leaves out no more', async () => {
    const rig = await started({ onRefusedIntents: 'leave-out' })
    for (let times = 0; times < 5; times += 1) {
      await refuse(rig)
      await next(rig)
    }
    expect(lastMask(rig)).toBe(GRANTED)
    const { advice } = rig.gateway.status()
    expect(advice?.en).toContain('every bot has the requested intents')
    expect(advice?.zh).toContain('GROUP_AND_C2C_EVENT, PUBLIC_GUILD_MESSAGES')
  })

  it('GW-31 is no way round 4014', async () => {
    const rig = await started({ onRefusedIntents: 'leave-out' })
    rig.socket.serverCloses(4014)
    await rig.clock.settle()
    expect(rig.outcome).toMatchObject({ code: 'gateway_closed', closeCode: 4014 })
  })

  it('GW-31 nothing is left out where nothing would remain', async () => {
    const rig = await started({ onRefusedIntents: 'leave-out', intents: ['INTERACTION'] })
    for (let times = 0; times < 4; times += 1) {
      await refuse(rig)
      await next(rig)
      expect(lastMask(rig)).toBe(Intent.INTERACTION)
    }
    expect(rig.gateway.status().advice?.en).toContain('INTERACTION')
  })

  it('GW-31 closes without a code are suspicious, but a bad network makes them too: nothing is left out', async () => {
    const rig = await started({ onRefusedIntents: 'leave-out' })
    for (let times = 0; times < 4; times += 1) {
      rig.socket.serverCloses(1006)
      await next(rig)
    }
    expect(lastMask(rig)).not.toBe(GRANTED)
    expect(rig.gateway.status().advice?.en).toContain(SUSPECTS)
  })

  it('GW-31 what one shard has found out, the others use; it is reported once', async () => {
    const rig = new Rig({ intents: asked, onRefusedIntents: 'leave-out', shards: 2 })
    await rig.start()
    const masks: unknown[] = []
    for (let step = 0; step < 400 && rig.gateway.status().state !== 'ready'; step += 1) {
      for (const socket of rig.transport.sockets.filter(({ live }) => live)) {
        const [identify] = socket.sentOf(IDENTIFY)
        if (identify) {
          const { intents, shard } = identify.d as { intents: number; shard: readonly [number, number] }
          masks.push(intents)
          if (intents === GRANTED) socket.serverIsReady(`session-${shard[0]}`)
          else socket.serverSends({ op: 9, d: false }).serverCloses(1005)
          socket.sent.length = 0
        } else if (!socket.sent.length) socket.serverGreets()
        else if (socket.sentOf(1).length) socket.serverSends({ op: 11 })
      }
      await rig.pass(1000)
    }
    expect(rig.gateway.status().state).toBe('ready')
    expect(masks.filter((mask) => mask === GRANTED)).toHaveLength(2)
    expect(masks.length).toBeLessThanOrEqual(5)
    expect(rig.records.filter(({ event }) => event === 'gateway.intents_left_out')).toHaveLength(1)
  })
})

it('GW-31 bits that no intent has come first', async () => {
  const rig = await started({ intents: Intent.GROUP_AND_C2C_EVENT | Intent.GUILD_MESSAGES | 0b100 })
  await refuse(rig)
  await next(rig)
  await refuse(rig)
  expect(rig.shard.reason).toContain('probably for the intents 0x4, GUILD_MESSAGES')
})

it('GW-31 where attempts are used up, the error says for what', async () => {
  const rig = await started({ policy: { jitter: 0, maxAttempts: 3 } })
  for (let times = 0; times < 10 && rig.outcome === undefined; times += 1) {
    await refuse(rig)
    await rig.clock.settle()
    if (rig.outcome === undefined) await next(rig)
  }
  expect(rig.outcome).toMatchObject({
    code: 'gateway_gave_up',
    message: expect.stringContaining(SUSPECTS) as string,
    advice: { en: expect.stringContaining(SUSPECTS) as string },
    cause: { code: 'gateway_identify_refused' },
  })
})

it('GW-31 rows of the user hold: what stops, stops, and what waits a fixed time, waits it', async () => {
  const closeCodes = { 4903: { stopAfter: 3 }, 1005: { delay: 20_000 } }
  const rig = await started({ closeCodes })
  for (let times = 0; times < 2; times += 1) {
    await refuse(rig, faces['a close without a code'])
    expect(rig.shard.nextAttemptAt).toBe(rig.clock.wall() + 20_000)
    await next(rig)
  }
  for (let times = 0; times < 2; times += 1) {
    await refuse(rig, faces['4903 alone'])
    await next(rig)
  }
  await refuse(rig, faces['4903 alone'])
  await rig.clock.settle()
  expect(rig.outcome).toMatchObject({ code: 'gateway_auth_failed' })
})
