import { SessionBusyError, type LogRecord, type SessionSlot, type SessionStore } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'

import type { SessionCheckpoint } from '../../src/delivery/session-checkpoint.js'
import { SessionPersistence } from '../../src/session/persistence.js'
import { encodeStoredSession, type SessionIdentity } from '../../src/session/stored-session.js'
import { ScriptedSlot } from '../support/scripted-slot.js'

const identity: SessionIdentity = {
  appId: '102000001',
  shard: { index: 0, total: 1 },
  host: 'gateway.example',
  intents: 1,
}
const at = (committed: number): SessionCheckpoint => ({
  sessionId: 's1',
  committed,
  doneAbove: [],
  inFlight: [],
})

const given = (open?: SessionStore['open']) => {
  const clock = new ManualClock()
  const slot = new ScriptedSlot()
  const records: LogRecord[] = []
  const state: { now: SessionCheckpoint | null } = { now: null }
  const store: SessionStore = { durable: true, open: open ?? (async () => slot) }
  const openKeeper = async (signal?: AbortSignal): Promise<SessionPersistence> =>
    SessionPersistence.open(
      { store, identity, clock },
      {
        onRecord: (record) => records.push(record),
        snapshot: () => ({ text: state.now && encode(state.now), revision }),
        onStored: () => {},
        onStoreFailed: () => {},
        onTaken: () => {},
      },
      signal,
    )
  const encode = (checkpoint: SessionCheckpoint, since = clock.wall()): string =>
    encodeStoredSession(identity, { checkpoint, savedAt: clock.wall(), since })
  let revision = 0
  const mark = (persistence: SessionPersistence): void => persistence.mark((revision += 1), false)
  return { clock, slot, state, encode, mark, openKeeper, events: () => records.map(({ event }) => event) }
}

it('GW-17 takes over what an earlier process stored, and how long ago that was', async () => {
  const { clock, slot, encode, openKeeper, events } = given()
  const since = clock.wall() - 5000
  slot.stored = encode(at(41), since)
  const persistence = await openKeeper()
  expect(persistence.found).toMatchObject({ kind: 'session', checkpoint: at(41), since })
  expect(events()).toEqual([])
})

it('GW-18 begins again, with one record, on a damaged or foreign session, and overwrites it', async () => {
  const { clock, slot, state, mark, openKeeper, events } = given()
  slot.stored = '{"half":'
  const persistence = await openKeeper()
  expect([persistence.found, events()]).toEqual([
    { kind: 'unusable', since: null, lastSeq: null, reason: expect.stringContaining('damaged') as string },
    ['gateway.session_ignored'],
  ])
  state.now = at(1)
  mark(persistence)
  await persistence.landed(1000)
  expect(slot.stored).toContain('"committed":1')
  await persistence.close({ keep: true, within: 1000 })
  expect(clock.pending).toBe(0)
})

it('GW-17 keeps the session for the next process, or clears it, and lets go', async () => {
  const kept = given()
  const persistence = await kept.openKeeper()
  kept.state.now = at(7)
  await Promise.all([
    persistence.close({ keep: true, within: 1000 }),
    persistence.close({ keep: false, within: 1000 }),
  ])
  expect([kept.slot.stored?.includes('"committed":7'), kept.slot.calls.at(-1)]).toEqual([true, 'close'])
  const cleared = given()
  cleared.slot.stored = 'old'
  const other = await cleared.openKeeper()
  await other.close({ keep: false, within: 1000 })
  expect([cleared.slot.stored, cleared.slot.calls]).toEqual([null, ['load', 'clear', 'close']])
})

it('GW-17 refuses to run beside another process', async () => {
  const busy = new SessionBusyError({ key: identity, holder: 'process 1', place: 'a file' })
  const { openKeeper } = given(async () => {
    throw busy
  })
  await expect(openKeeper()).rejects.toBe(busy)
})

describe('GW-18 a store that does not work', () => {
  const failing: Readonly<Record<string, SessionStore['open']>> = {
    rejects: async () => {
      throw new Error('read-only folder')
    },
    throws: () => {
      throw new Error('no such host')
    },
  }
  for (const [name, open] of Object.entries(failing)) {
    it(`GW-18 is reported once and done without when it ${name}`, async () => {
      const { clock, mark, openKeeper, events } = given(open)
      const persistence = await openKeeper()
      mark(persistence)
      await persistence.landed(1000)
      await persistence.close({ keep: true, within: 1000 })
      expect([persistence.found.kind, events(), clock.pending]).toEqual([
        'unusable',
        ['gateway.store_failed'],
        0,
      ])
    })
  }

  it('GW-18 is done without when it hangs, and given back when it opens after all', async () => {
    const slot = new ScriptedSlot()
    let open: (slot: SessionSlot) => void = () => {}
    const { clock, openKeeper, events } = given(async () => new Promise((resolve) => (open = resolve)))
    const opening = openKeeper()
    await clock.advance(5000)
    const persistence = await opening
    expect([persistence.found.kind, events()]).toEqual(['unusable', ['gateway.store_failed']])
    open(slot)
    await clock.settle()
    expect(slot.calls).toEqual(['close'])
    await persistence.close({ keep: true, within: 1000 })
    expect(clock.pending).toBe(0)
  })

  it('GW-18 is tried again every minute after it could not be opened, and has the session from then on', async () => {
    const { slot, state, mark, clock, openKeeper, events } = given(async () => {
      if (clock.now() < 100_000) throw new Error('EMFILE')
      return slot
    })
    const persistence = await openKeeper()
    state.now = at(3)
    mark(persistence)
    expect(persistence.problem).toBe('EMFILE')
    await clock.advance(119_999)
    expect([slot.calls, events()]).toEqual([[], ['gateway.store_failed']])
    await clock.advance(1)
    expect([persistence.problem, slot.stored?.includes('"committed":3')]).toEqual([null, true])
    expect(events()).toEqual(['gateway.store_failed', 'gateway.store_recovered'])
    await persistence.close({ keep: true, within: 1000 })
    expect([slot.calls.at(-1), clock.pending]).toEqual(['close', 0])
  })

  it('GW-18 is not asked twice at once while it hangs, and given back when it opens after the end', async () => {
    let asked = 0
    const slot = new ScriptedSlot()
    let open: (slot: SessionSlot) => void = () => {}
    const { clock, openKeeper } = given(async () => {
      asked += 1
      if (asked === 1) throw new Error('EMFILE')
      return new Promise((resolve) => (open = resolve))
    })
    const persistence = await openKeeper()
    await clock.advance(600_000)
    expect(asked).toBe(2)
    await persistence.close({ keep: true, within: 1000 })
    open(slot)
    await clock.settle()
    expect([slot.calls, clock.pending]).toEqual([['close'], 0])
  })

  it('GW-18 is still written to when only loading failed', async () => {
    const { clock, slot, state, mark, openKeeper, events } = given()
    slot.failure = new Error('I/O error')
    const persistence = await openKeeper()
    slot.failure = null
    state.now = at(3)
    mark(persistence)
    await persistence.landed(1000)
    expect([persistence.found.kind, events(), slot.stored?.includes('"committed":3')]).toEqual([
      'unusable',
      ['gateway.store_failed'],
      true,
    ])
    await persistence.close({ keep: true, within: 1000 })
    expect(clock.pending).toBe(0)
  })

  it('GW-18 keeps a good session that it could not load when it is closed before one began', async () => {
    const { slot, openKeeper } = given()
    slot.stored = 'good'
    slot.failure = new Error('I/O error')
    const persistence = await openKeeper()
    slot.failure = null
    await persistence.close({ keep: true, within: 1000 })
    expect([slot.stored, slot.calls]).toEqual(['good', ['load', 'close']])
  })

  it('GW-18 reports failing and recovering writes, once each', async () => {
    const { clock, slot, state, mark, openKeeper, events } = given()
    const persistence = await openKeeper()
    state.now = at(3)
    slot.failure = new Error('disk full')
    mark(persistence)
    await clock.advance(20_000)
    slot.failure = null
    await clock.advance(5000)
    expect(events()).toEqual(['gateway.store_failed', 'gateway.store_recovered'])
    await persistence.close({ keep: true, within: 1000 })
  })

  it.each([true, false])('GW-18 has one deadline for the whole of a stop; keep: %s', async (keep) => {
    const { clock, slot, state, mark, openKeeper } = given()
    const persistence = await openKeeper()
    slot.auto = false
    state.now = at(3)
    mark(persistence)
    let closed = false
    void persistence.close({ keep, within: 1000 }).then(() => (closed = true))
    await clock.advance(999)
    expect(closed).toBe(false)
    await clock.advance(1)
    expect([closed, clock.pending]).toEqual([true, 0])
  })

  it('GW-22 clears only after the running write, on a store that takes one call at a time', async () => {
    const { clock, slot, state, mark, openKeeper } = given()
    const persistence = await openKeeper()
    slot.auto = false
    state.now = at(3)
    mark(persistence)
    const closing = persistence.close({ keep: false, within: 1000 })
    await clock.advance(500)
    expect(slot.calls.map((call) => call.split(' ')[0])).toEqual(['load', 'save'])
    slot.finish()
    await clock.settle()
    slot.finish()
    await clock.settle()
    slot.finish()
    await closing
    expect(slot.calls.map((call) => call.split(' ')[0])).toEqual(['load', 'save', 'clear', 'close'])
    expect([slot.most, slot.stored, clock.pending]).toEqual([1, null, 0])
  })

  it('GW-22 does not clear beside a write that hangs, nor after it let go', async () => {
    const { clock, slot, state, mark, openKeeper, events } = given()
    const persistence = await openKeeper()
    slot.auto = false
    state.now = at(3)
    mark(persistence)
    const closing = persistence.close({ keep: false, within: 1000 })
    await clock.advance(1000)
    await closing
    slot.finish()
    await clock.settle()
    expect(slot.calls.map((call) => call.split(' ')[0])).toEqual(['load', 'save', 'close'])
    expect(events()).toContain('gateway.store_failed')
  })
})

it('ST-02 stops waiting for the store at once on abort, and gives back what it got', async () => {
  const slot = new ScriptedSlot()
  let open: (slot: SessionSlot) => void = () => {}
  const { clock, openKeeper } = given(async () => new Promise((resolve) => (open = resolve)))
  const controller = new AbortController()
  const opening = openKeeper(controller.signal)
  controller.abort('bye')
  await expect(opening).rejects.toBe('bye')
  open(slot)
  await clock.settle()
  expect([slot.calls, clock.pending]).toEqual([['close'], 0])
  await expect(openKeeper(AbortSignal.abort('gone'))).rejects.toBe('gone')
})

it('ST-02 gives the place back when it is aborted while loading', async () => {
  const { clock, slot, openKeeper } = given()
  slot.auto = false
  const controller = new AbortController()
  const opening = openKeeper(controller.signal)
  await clock.settle()
  controller.abort('bye')
  await expect(opening).rejects.toBe('bye')
  expect([slot.calls, clock.pending]).toEqual([['load', 'close'], 0])
})

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['no place', 5],
])('GW-18 a store that gives %s is a store that fails, and the bot continues', async (_, place) => {
  const { openKeeper, events } = given((async () => place) as never)
  const persistence = await openKeeper()
  expect(persistence.problem).toBe('open() of the session store returned no slot')
  expect(events()).toEqual(['gateway.store_failed'])
  await persistence.close({ keep: true, within: 100 })
})

it('GW-22 a store whose word of being taken over rejects ends nothing', async () => {
  const rejections: unknown[] = []
  const note = (error: unknown): void => void rejections.push(error)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  const slot: SessionSlot = Object.assign(new ScriptedSlot(), { taken: Promise.reject(new Error('no')) })
  const { openKeeper } = given(async () => slot)
  const persistence = await openKeeper()
  await new Promise((resolve) => setImmediate(resolve))
  expect([persistence.problem, rejections]).toEqual([null, []])
})
