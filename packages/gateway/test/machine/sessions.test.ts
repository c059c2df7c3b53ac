import { describe, expect, it } from 'vitest'

import type { Effect } from '../../src/machine/effect.js'
import { definePolicy } from '@qqkit/reconnect-policy'

import { config, frames, inState, type Machine, typesOf } from './machine.js'

const gapOf = (effects: readonly Effect[]): unknown =>
  effects.find((effect) => effect.type === 'session_dropped')?.gap

/** On to the next HELLO; tells what is sent then. */
const reconnect = (machine: Machine): 'resume' | 'identify' => {
  machine.fire('backoff')
  machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
  machine.take({ type: 'opened' })
  return typesOf(machine.frame(frames.hello)).includes('send_resume') ? 'resume' : 'identify'
}

describe('what is resumed', () => {
  it('resumes from the highest seq seen, whatever comes between', () => {
    const machine = inState('ready')
    for (const s of [7, 5, undefined, null, 6]) machine.frame({ ...frames.event, s: s as number })
    machine.closed(1006, 6000)
    machine.fire('backoff')
    machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
    machine.take({ type: 'opened' })
    expect(machine.frame(frames.hello)).toContainEqual({ type: 'send_resume', id: 'a', seq: 7 })
  })

  it('resumes from 0 when no event ever had a seq', () => {
    const machine = inState('identifying')
    machine.frame({ ...frames.ready, s: null })
    machine.closed(1006, 6000)
    machine.fire('backoff')
    machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
    machine.take({ type: 'opened' })
    expect(machine.frame(frames.hello)).toContainEqual({ type: 'send_resume', id: 'a', seq: 0 })
  })

  it('GW-17 goes on with a session of an earlier process, also when the budget is used up', () => {
    const machine = inState('preparing')
    const restored = { id: 'old', seq: 40, age: 5000 }
    machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 60_000, restored })
    machine.take({ type: 'opened' })
    expect(machine.frame(frames.hello)).toContainEqual({ type: 'send_resume', id: 'old', seq: 40 })
    expect(gapOf(machine.closed(4006))).toMatchObject({ since: machine.now - 5000, lastSeq: 40 })
  })

  it('never takes an older session in place of its own', () => {
    const machine = inState('waiting')
    machine.fire('backoff')
    machine.take({
      type: 'prepared',
      url: 'wss://x',
      budgetDelay: 0,
      restored: { id: 'old', seq: 1, age: 0 },
    })
    expect(machine.state.session?.id).toBe('a')
  })

  it('takes events that come while it waits for the close frame', () => {
    const machine = inState('closing')
    expect(typesOf(machine.frame(frames.event))).toEqual(['dispatch'])
    expect(machine.state.session?.seq).toBe(5)
    expect(machine.frame(frames.ack)).toEqual([])
    const stopping = inState('ready')
    stopping.take({ type: 'stop', epoch: null, resumable: true, within: 60_000 })
    expect(stopping.frame(frames.event)).toEqual([])
    const early = inState('greeting')
    early.frame(frames.reconnect)
    expect(early.frame(frames.event)).toEqual([])
    // READY was lost, and the events after it came all the same.
    const sessionless = inState('identifying')
    sessionless.frame(frames.invalid)
    expect(typesOf(sessionless.frame(frames.event))).toEqual(['dispatch'])
    expect(sessionless.frame(frames.ready)).toEqual([])
    expect(sessionless.state.session).toBeNull()
  })

  it('drops the old session when the server answers RESUME with READY', () => {
    const machine = inState('resuming')
    const heardAt = machine.state.session?.heardAt
    const effects = machine.frame({ ...frames.ready, d: { session_id: 'b' } })
    expect(gapOf(effects)).toMatchObject({ since: heardAt, lastSeq: 1 })
    expect(typesOf(effects).indexOf('session_dropped')).toBeLessThan(
      typesOf(effects).indexOf('session_started'),
    )
    expect(machine.state.session?.id).toBe('b')
  })

  it('GW-12 a READY without a session id in answer to RESUME is a fruitless resume, not the end of the session', () => {
    const machine = inState('resuming')
    expect(gapOf(machine.frame({ ...frames.ready, d: {} }))).toBeUndefined()
    expect(machine.state).toMatchObject({ name: 'waiting', session: { id: 'a' } })
    expect(reconnect(machine)).toBe('resume')
  })

  it.each([[undefined], [null], ['text'], [{}], [{ session_id: '' }], [{ session_id: 7 }]])(
    'GW-23 READY with %j is a loss',
    (d) => {
      const machine = inState('identifying')
      machine.frame({ ...frames.ready, d })
      expect(machine.state).toMatchObject({ name: 'waiting', session: null })
    },
  )
})

describe('a message that cannot be read', () => {
  const garbled = { type: 'malformed', problem: 'noise', garbled: true } as const

  it('GW-23 is worth one new connection, since the server would send it again', () => {
    const machine = inState('ready')
    expect(typesOf(machine.take(garbled, 6000))).toContain('abandon')
    expect(reconnect(machine)).toBe('resume')
  })

  it('GW-23 is a gap when it comes again before the connection has been stable', () => {
    const machine = inState('ready')
    machine.take(garbled, 6000)
    reconnect(machine)
    machine.frame(frames.resumed)
    expect(typesOf(machine.take(garbled))).toEqual(['record', 'gap'])
    expect(machine.name).toBe('ready')
    machine.fire('stability', 60_000)
    machine.take(garbled)
    expect(machine.name).toBe('waiting')
  })

  it('GW-23 ends the wait for a close frame, so that nothing after it is taken', () => {
    const machine = inState('closing')
    machine.take({ ...garbled, garbled: false })
    expect(machine.name).toBe('closing')
    machine.take(garbled)
    expect(machine.name).toBe('waiting')
    const stopping = inState('ready')
    stopping.take({ type: 'stop', epoch: null, resumable: false, within: 60_000 })
    stopping.take(garbled)
    expect(stopping.name).toBe('closing')
  })

  it('GW-23 was HELLO when it comes first: a new connection, however often, and nothing is lost with it', () => {
    const machine = inState('waiting')
    for (let time = 0; time < 3; time += 1) {
      machine.fire('backoff')
      machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
      machine.take({ type: 'opened' })
      expect(gapOf(machine.take(garbled, 6000))).toBeUndefined()
      expect(machine.state).toMatchObject({
        name: 'waiting',
        session: { id: 'a' },
        memory: { garbled: false },
      })
    }
    expect(
      inState('greeting')
        .take(garbled)
        .map(({ type }) => type),
    ).toContain('lost')
  })

  it('GW-23 changes nothing before there is a session, nor when it can be told what it was', () => {
    for (const state of ['queued', 'identifying'] as const) {
      expect(typesOf(inState(state).take(garbled))).toEqual(['record'])
    }
    expect(typesOf(inState('ready').take({ ...garbled, garbled: false }))).toEqual(['record'])
  })
})

describe('what a loss costs', () => {
  it.each([
    [4000, 'identify'],
    [4006, 'identify'],
    [4007, 'identify'],
    [4008, 'resume'],
    [4009, 'resume'],
    [4900, 'identify'],
    [4913, 'identify'],
    [4999, 'resume'],
    [1006, 'resume'],
  ] as const)('GW-09 GW-10 %i in ready leads to %s', (code, next) => {
    const machine = inState('ready')
    machine.take({ type: 'activity' }, 6000)
    const gap = gapOf(machine.closed(code))
    expect(gap === undefined ? 'resume' : 'identify').toBe(next)
    expect(reconnect(machine)).toBe(next)
  })

  it('GW-09 4008 waits 60 s', () => {
    const machine = inState('ready')
    machine.closed(4008, 6000)
    expect(machine.state).toMatchObject({ name: 'waiting', until: machine.now + 60_000 })
  })

  it('GW-09 4004 asks for another token and goes on; the fifth in a row without READY is fatal', () => {
    const machine = inState('ready')
    machine.closed(4004, 6000)
    for (let time = 2; time <= 5; time += 1) {
      expect(machine.fire('backoff')).toContainEqual({ type: 'prepare', freshToken: true, identify: false })
      machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
      machine.take({ type: 'opened' })
      machine.frame(frames.hello)
      machine.frame(frames.event, 6000)
      machine.closed(4004)
    }
    expect(machine.state).toMatchObject({
      name: 'stopped',
      fault: { code: 'gateway_auth_failed', closeCode: 4004 },
    })
  })

  it.each([[4001], [4002], [4010], [4011], [4012], [4013], [4014], [4914], [4915]])(
    'GW-11 %i stops for good, with advice',
    (code) => {
      const machine = inState('ready')
      const effects = machine.closed(code)
      expect(machine.state).toMatchObject({
        name: 'stopped',
        fault: { code: 'gateway_closed', closeCode: code },
      })
      expect(gapOf(effects)).toBeDefined()
      expect(effects.at(-1)).toMatchObject({ type: 'stopped', resumable: false })
    },
  )

  it('GW-11 a fatal code of the user’s own table has advice as well', () => {
    const policy = definePolicy({ rules: { 4777: { fatal: true } } }, config.policy)
    const machine = inState('identifying', { policy })
    machine.closed(4777)
    expect(machine.state).toMatchObject({
      fault: { closeCode: 4777, advice: { en: expect.any(String) as string } },
    })
  })

  it('gives up when the policy says so', () => {
    const policy = definePolicy({ maxAttempts: 1 }, config.policy)
    const machine = inState('opening', { policy })
    machine.closed(1006)
    machine.fire('backoff')
    machine.fire('deadline')
    machine.fire('backoff')
    machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
    machine.fire('deadline')
    expect(machine.state).toMatchObject({
      name: 'stopped',
      fault: { code: 'gateway_gave_up', closeCode: null },
    })
  })

  it('GW-17 giving up is no judgement on the session: the next process goes on with it', () => {
    const policy = definePolicy({ maxAttempts: 1 }, config.policy)
    const machine = inState('resuming', { policy })
    const effects = machine.closed(1006)
    expect(gapOf(effects)).toBeUndefined()
    expect(effects.at(-1)).toMatchObject({ type: 'stopped', resumable: true })
    expect(machine.state).toMatchObject({ name: 'stopped', session: { id: 'a' } })
  })

  it.each([
    ['silence', (machine: Machine): unknown => machine.fire('deadline')],
    ['op 9 true', (machine: Machine): unknown => [machine.frame(frames.paused), machine.fire('deadline')]],
    ['a reset', (machine: Machine): unknown => machine.closed(1006)],
  ])('GW-12 RESUME answered by %s three times in a row ends in IDENTIFY and a gap', (_what, answer) => {
    const machine = inState('resuming')
    answer(machine)
    expect(reconnect(machine)).toBe('resume')
    answer(machine)
    expect(reconnect(machine)).toBe('resume')
    answer(machine)
    expect(reconnect(machine)).toBe('identify')
  })

  it.each([[4902], [4006]])('GW-12 RESUME refused with %i ends in IDENTIFY at once', (code) => {
    const machine = inState('resuming')
    expect(gapOf(machine.closed(code))).toBeDefined()
    expect(reconnect(machine)).toBe('identify')
  })

  it('GW-12 RESUME answered by 4009 twice ends in IDENTIFY', () => {
    const machine = inState('resuming')
    machine.closed(4009)
    expect(reconnect(machine)).toBe('resume')
    machine.closed(4009)
    expect(reconnect(machine)).toBe('identify')
  })

  it('GW-12 a frame that came before is no progress', () => {
    const machine = inState('resuming')
    const resumes = [0, 1, 2, 3].map(() => {
      machine.frame({ ...frames.event, s: 1 }, 6000)
      machine.closed(1006)
      return reconnect(machine)
    })
    expect(resumes).toEqual(['resume', 'resume', 'identify', 'identify'])
  })

  it('GW-12 a replayed frame is progress', () => {
    const machine = inState('resuming')
    for (let time = 0; time < 10; time += 1) {
      machine.frame({ ...frames.event, s: 5 + time }, 6000)
      machine.frame({ ...frames.event, s: 5 })
      machine.closed(1006)
      expect(reconnect(machine)).toBe('resume')
    }
  })
})
