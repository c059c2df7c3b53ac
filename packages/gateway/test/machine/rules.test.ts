import { QqkitError } from '@qqkit/core'
import { describe, expect, it } from 'vitest'

import { describeCause, type DisconnectCause } from '../../src/machine/disconnect-cause.js'
import { frames, inState, typesOf } from '../support/machine.js'

describe('preparing', () => {
  it('GW-20 waits for the budget before it opens a socket, and consumes no attempt', () => {
    const machine = inState('preparing')
    const effects = machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 7_200_000, restored: null })
    expect(typesOf(effects)).not.toContain('open')
    expect(machine.state).toMatchObject({ name: 'waiting', until: machine.now + 7_200_000 })
    expect(machine.state.memory.history.httpAttempts).toBe(0)
  })

  it('GW-20 a resume does not wait for the budget', () => {
    const machine = inState('waiting')
    machine.fire('backoff')
    machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 7_200_000, restored: null })
    expect(machine.name).toBe('opening')
  })

  it('ST-01 climbs a ladder of its own, with a minute when it was too frequent', () => {
    const machine = inState('preparing')
    const waits = []
    for (const fault of ['unavailable', 'unavailable', 'rate_limited', 'unavailable'] as const) {
      machine.take({ type: 'unprepared', fault, error: null })
      waits.push(machine.state.name === 'waiting' && machine.state.until - machine.now)
      machine.now += Number(waits.at(-1))
      machine.fire('backoff')
    }
    expect(waits).toEqual([5000, 10_000, 60_000, 30_000])
  })

  it.each([
    [new Error('wrong secret'), 'gateway_access_denied', 'wrong secret'],
    ['text', 'gateway_access_denied', 'access was denied'],
    [new QqkitError({ code: 'session_busy', message: 'taken' }), 'gateway_session_busy', 'taken'],
  ])('ST-01 %s is the end, with advice', (error, code, message) => {
    const machine = inState('preparing')
    machine.take({ type: 'unprepared', fault: 'fatal', error })
    expect(machine.state).toMatchObject({
      fault: { code, message, advice: { en: expect.any(String) as string } },
    })
  })

  it('passes on the advice of the refusing error', () => {
    const machine = inState('preparing')
    const advice = { en: 'do this', zh: '这样做' }
    machine.take({
      type: 'unprepared',
      fault: 'fatal',
      error: new QqkitError({ code: 'x', message: 'no', advice }),
    })
    expect(machine.state).toMatchObject({ fault: { advice } })
  })
})

describe('heartbeat', () => {
  it.each([
    [41_250, 41_250],
    [1000, 1000],
    [undefined, 41_250],
    ['41250', 41_250],
    [NaN, 41_250],
    [-1, 41_250],
    [0, 41_250],
    [1e12, 41_250],
    [Infinity, 41_250],
  ])('GW-02 HELLO with an interval of %s beats every %i ms', (told, interval) => {
    const machine = inState('greeting')
    machine.frame({ op: 10, d: { heartbeat_interval: told } })
    expect(machine.fire('heartbeat')).toContainEqual({ type: 'set_timer', name: 'heartbeat', ms: interval })
  })

  it.each([[undefined], [null], ['text'], [7]])('GW-02 HELLO with %j for d beats at the fallback', (d) => {
    const machine = inState('greeting')
    expect(typesOf(machine.frame({ op: 10, d }))).toContain('record')
    expect(machine.name).toBe('queued')
  })

  it('GW-05 an ACK starts the count over', () => {
    const machine = inState('ready')
    for (let beat = 0; beat < 10; beat += 1) {
      expect(typesOf(machine.fire('heartbeat', 1000))).toContain('send_heartbeat')
      expect(typesOf(machine.frame(frames.ack))).toEqual(['acked'])
    }
    expect(machine.name).toBe('ready')
  })

  it('GW-04 finds out about silence in every state in which it beats', () => {
    for (const state of ['queued', 'identifying', 'resuming', 'ready'] as const) {
      const machine = inState(state)
      machine.fire('heartbeat', 1000)
      const effects = machine.fire('heartbeat', 41_250)
      expect(effects).toContainEqual(
        expect.objectContaining({ type: 'disconnected', cause: { kind: 'zombie', sign: 'silence' } }),
      )
      expect(effects[0]).toEqual({ type: 'tear_down' })
    }
  })

  it('GW-05 finds out that nothing is acknowledged', () => {
    const machine = inState('ready')
    for (let beat = 0; beat < 3; beat += 1) {
      machine.fire('heartbeat', 1000)
      machine.take({ type: 'activity' })
    }
    expect(machine.name).toBe('ready')
    expect(machine.fire('heartbeat', 1000)).toContainEqual(
      expect.objectContaining({ type: 'disconnected', cause: { kind: 'zombie', sign: 'no_ack' } }),
    )
  })
})

describe('events before the session', () => {
  it('hands out what comes before READY, and ignores what comes before that', () => {
    expect(typesOf(inState('identifying').frame(frames.event))).toEqual(['dispatch'])
    expect(typesOf(inState('queued').frame(frames.event))).toEqual(['record'])
    expect(typesOf(inState('greeting').frame(frames.event))).toEqual(['record'])
  })
})

describe('closing', () => {
  it('a server that never answers the close frame is let go', () => {
    const machine = inState('ready')
    machine.take({ type: 'stop', epoch: null, resumable: false, within: 60_000 })
    expect(typesOf(machine.fire('deadline', 3000))).toEqual(['tear_down', 'record', 'stopped'])
  })

  it('GW-08 after op 9 the close code of the server decides', () => {
    const machine = inState('ready')
    machine.frame(frames.invalid, 6000)
    expect(typesOf(machine.closed(4008, 900))).not.toContain('session_dropped')
    expect(machine.state).toMatchObject({ name: 'waiting', until: machine.now + 60_000 })
  })

  it.each([1005, 1006])('GW-08 after op 9 a line that ends with %i, without a word, says nothing', (code) => {
    const machine = inState('ready')
    machine.frame(frames.invalid, 6000)
    expect(typesOf(machine.closed(code, 900))).toContain('session_dropped')
    expect(machine.state).toMatchObject({ name: 'waiting', until: machine.now + 3000, session: null })
  })

  it('op 9 before a session exists costs nothing but time', () => {
    const machine = inState('queued')
    machine.frame(frames.invalid)
    expect(typesOf(machine.fire('deadline', 1000))).not.toContain('session_dropped')
  })

  it('a stability timer that fires meanwhile means nothing', () => {
    const machine = inState('closing')
    const before = machine.state
    machine.fire('stability')
    expect(machine.state).toBe(before)
  })

  it('a request to stop takes over; a second one, or a fault, changes nothing about that', () => {
    const machine = inState('closing')
    const stop = { type: 'stop', epoch: null, resumable: true, within: 60_000 } as const
    expect(machine.take(stop)).toContainEqual({ type: 'close', code: 4000, reason: 'stopping' })
    expect(machine.take(stop)).toEqual([])
    machine.take({ type: 'fault', epoch: null, error: null, last: false })
    expect(machine.state).toMatchObject({ name: 'stopped', fault: null })
  })
})

describe('attempts', () => {
  it('start over after the connection has been stable', () => {
    const machine = inState('waiting')
    expect(machine.state.memory.history.attempts).toBe(1)
    machine.fire('backoff', 1000)
    machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
    machine.take({ type: 'opened' })
    machine.frame(frames.hello)
    machine.frame(frames.resumed)
    expect(machine.state.memory.history.attempts).toBe(1)
    machine.fire('stability', 60_000)
    expect(machine.state.memory.history.attempts).toBe(0)
  })
})

describe('the age of a session', () => {
  const maxSessionAge = 3_600_000

  it('at a quiet moment the session is replaced', () => {
    const machine = inState('ready', { maxSessionAge })
    expect(machine.armed).toContain('age')
    machine.fire('age', maxSessionAge)
    machine.frame(frames.event)
    machine.fire('age', 10_000)
    expect(machine.name).toBe('ready')
    expect(typesOf(machine.fire('age', 10_000))).toContain('session_dropped')
    expect(machine.state).toMatchObject({ name: 'waiting', session: null })
  })

  it('without a quiet moment it is replaced after ten minutes', () => {
    const machine = inState('ready', { maxSessionAge })
    machine.fire('age', maxSessionAge)
    let checks = 0
    while (machine.name === 'ready') {
      machine.frame(frames.event)
      machine.fire('age', 10_000)
      checks += 1
    }
    expect(checks).toBe(60)
  })
})

it('says every cause as a sentence', () => {
  const causes: readonly DisconnectCause[] = [
    { kind: 'closed', code: 4009, reason: 'Session timed out' },
    { kind: 'closed', code: 1006, reason: '' },
    { kind: 'reconnect' },
    { kind: 'session_refused', resumable: true },
    { kind: 'session_refused', resumable: false },
    { kind: 'zombie', sign: 'silence' },
    { kind: 'zombie', sign: 'no_ack' },
    { kind: 'timeout', awaited: 'socket' },
    { kind: 'timeout', awaited: 'HELLO' },
    { kind: 'no_permit' },
    { kind: 'access', fault: 'rate_limited' },
    { kind: 'access', fault: 'unavailable' },
    { kind: 'budget', delay: 1 },
    { kind: 'aged' },
    { kind: 'bad_ready' },
    { kind: 'garbled', problem: 'noise' },
    { kind: 'fault' },
    { kind: 'access', fault: 'unavailable', error: new Error('refused') },
  ]
  const sentences = causes.map((cause) => describeCause(cause))
  expect(new Set(sentences).size).toBe(causes.length)
})

it('RS-37 never cuts the message of an error within a character', () => {
  for (const before of [198, 199, 200]) {
    const error = new Error(`${'x'.repeat(before)}😀😀`)
    expect(describeCause({ kind: 'fault', error })).not.toMatch(/\p{Surrogate}/u)
  }
})
