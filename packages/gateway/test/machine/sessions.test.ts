import { describe, expect, it } from 'vitest'

import { advance, type Session } from '../../src/machine/session.js'
import { frames, gapOf, inState, reconnect, typesOf } from '../support/machine.js'

describe('what is resumed', () => {
  it('GW-15 resumes from the highest seq that was seen and can be true, whatever comes between', () => {
    const machine = inState('ready')
    for (const s of [2, 7, 5, 9e15, undefined, null, 6, 2, 500, 8, 7, 900])
      machine.frame({ ...frames.event, s: s as number })
    machine.closed(1006, 6000)
    machine.fire('backoff')
    machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
    machine.take({ type: 'opened' })
    expect(machine.frame(frames.hello)).toContainEqual({ type: 'send_resume', id: 'a', seq: 8 })
  })

  it('resumes from 0 when no event ever had a seq', () => {
    const machine = inState('identifying')
    machine.frame({ ...frames.ready, s: null })
    machine.closed(1006, 6000)
    machine.fire('backoff')
    machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
    machine.take({ type: 'opened' })
    expect(machine.frame(frames.hello)).toContainEqual({ type: 'send_resume', id: 'a', seq: 0 })
    machine.frame({ ...frames.event, s: 1 })
    expect(machine.state).toMatchObject({ name: 'resuming', replayed: true, session: { seq: 1 } })
  })

  it('GW-17 continues a session of an earlier process, also when the budget is used up', () => {
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
    expect(machine.state.session).toMatchObject({ seq: 5, jump: null })
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
  const unparseable = { type: 'malformed', problem: 'noise', unparseable: true } as const

  it('GW-23 is worth one new connection, since the server would send it again', () => {
    const machine = inState('ready')
    expect(typesOf(machine.take(unparseable, 6000))).toContain('tear_down')
    expect(reconnect(machine)).toBe('resume')
  })

  it('GW-23 is a gap when it comes again before the connection has been stable', () => {
    const machine = inState('ready')
    machine.take(unparseable, 6000)
    reconnect(machine)
    machine.frame(frames.resumed)
    expect(typesOf(machine.take(unparseable))).toEqual(['record', 'gap'])
    expect(machine.name).toBe('ready')
    machine.fire('stability', 60_000)
    machine.take(unparseable)
    expect(machine.name).toBe('waiting')
  })

  it('GW-23 ends the wait for a close frame, so that nothing after it is taken', () => {
    const machine = inState('closing')
    machine.take({ ...unparseable, unparseable: false })
    expect(machine.name).toBe('closing')
    machine.take(unparseable)
    expect(machine.name).toBe('waiting')
    const stopping = inState('ready')
    stopping.take({ type: 'stop', epoch: null, resumable: false, within: 60_000 })
    stopping.take(unparseable)
    expect(stopping.name).toBe('closing')
  })

  it('GW-23 was HELLO when it comes first: a new connection, however often, and nothing is lost with it', () => {
    const machine = inState('waiting')
    for (let time = 0; time < 3; time += 1) {
      machine.fire('backoff')
      machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
      machine.take({ type: 'opened' })
      expect(gapOf(machine.take(unparseable, 6000))).toBeUndefined()
      expect(machine.state).toMatchObject({
        name: 'waiting',
        session: { id: 'a' },
        memory: { unparseable: false },
      })
    }
    expect(
      inState('greeting')
        .take(unparseable)
        .map(({ type }) => type),
    ).toContain('disconnected')
  })

  it('GW-23 changes nothing before there is a session, nor when the message is parseable', () => {
    for (const state of ['queued', 'identifying'] as const) {
      expect(typesOf(inState(state).take(unparseable))).toEqual(['record'])
    }
    expect(typesOf(inState('ready').take({ ...unparseable, unparseable: false }))).toEqual(['record'])
  })
})

describe('the progress of a session', () => {
  it.each([
    [[2, 3, 7], 7, 'a few that are left out'],
    [[2, 35, 37, 33, 36], 37, 'late ones'],
    [[2, 500], 2, 'one far above, which may be on the wrong event'],
    [[2, 500, 501], 501, 'one far above that the next one confirms'],
    [[2, 500, 800], 500, 'one far above that a higher one follows'],
    [[2, 500, 400], 2, 'two far above in the wrong order'],
    [[2, 500, 3], 3, 'one far above that the next one disproves'],
    [[2, 9e15, 3], 3, 'an absurd one'],
  ])('GW-15 over %j is %d: %s', (numbers, seq) => {
    let session: Session = { id: 'a', seq: 1, jump: null, startedAt: 0, heardAt: 0 }
    for (const number of numbers) session = advance(session, number, 0)
    expect(session.seq).toBe(seq)
  })
})
