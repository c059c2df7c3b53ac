import { QqkitError } from '@qqkit/core'
import { definePolicy, type Stop } from '@qqkit/reconnect-policy'
import { describe, expect, it } from 'vitest'

import { stoppedBy } from '../../src/machine/faults.js'
import { config, frames, gapOf, inState, type Machine, reconnect } from '../support/machine.js'

describe('what a loss costs', () => {
  it('GW-09 4004 requests another token and retries; the fifth in a row without READY is fatal', () => {
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

  it('GW-09 a wrong token does not invalidate the session: the next process continues it', () => {
    const machine = inState('resuming')
    for (let time = 1; time <= 4; time += 1) {
      machine.closed(4004, 6000)
      expect(reconnect(machine)).toBe('resume')
    }
    const effects = machine.closed(4004, 6000)
    expect(gapOf(effects)).toBeUndefined()
    expect(effects.at(-1)).toMatchObject({ type: 'stopped', resumable: true })
    expect(machine.state).toMatchObject({
      session: { id: 'a' },
      fault: { code: 'gateway_auth_failed' },
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

  it('K7 gives up with the advice of what failed, and blames the network for nothing else', () => {
    const policy = definePolicy({ maxAttempts: 1 }, config.policy)
    const advice = { en: 'do this', zh: '这样做' }
    const machine = inState('preparing', { policy })
    const error = new QqkitError({ code: 'internal_fault', message: 'no', advice })
    for (let time = 1; time <= 2; time += 1) {
      machine.take({ type: 'unprepared', fault: 'unavailable', error })
      machine.fire('backoff')
    }
    expect(machine.state).toMatchObject({ fault: { code: 'gateway_gave_up', advice } })
    expect(
      stoppedBy({ action: 'stop', reason: 'attempts', count: 0, attempt: 2 } as Stop, {
        kind: 'fault',
      }),
    ).toMatchObject({
      advice: { en: expect.not.stringContaining('network') as string },
    })
  })

  it.each([
    ['session_busy', 'gateway_session_busy'],
    ['anything else', 'gateway_internal_fault'],
  ])('GW-17 a store that throws %s for the last time ends the run with %s', (code, told) => {
    const error = new QqkitError({ code, message: 'no' })
    const machine = inState('ready')
    machine.take({ type: 'fault', epoch: null, error, last: true })
    expect(machine.state).toMatchObject({ name: 'stopped', fault: { code: told, cause: error } })
  })

  it.each([
    ['session_busy', 'gateway_session_busy'],
    ['store_unusable', 'gateway_store_unusable'],
    ['anything else', 'gateway_access_denied'],
  ])('GW-17 preparing that ends for good with %s is told as %s', (code, told) => {
    const error = new QqkitError({ code, message: 'no' })
    const machine = inState('preparing')
    machine.take({ type: 'unprepared', fault: 'fatal', error })
    expect(machine.state).toMatchObject({ name: 'stopped', fault: { code: told, cause: error } })
  })

  it.each([
    [401, null, 1000, true],
    [429, null, 60_000, false],
    [429, 90_000, 90_000, false],
    [503, 120_000, 120_000, false],
    [503, 86_400_000, 3_600_000, false],
    [503, 0, 1000, false],
    [500, null, 1000, false],
  ])('RP-02 an upgrade answered with %i waits as it says', (status, retryAfter, delay, fresh) => {
    const machine = inState('opening')
    const effects = machine.take({ type: 'closed', code: 1006, reason: '', refused: { status, retryAfter } })
    expect(effects).toContainEqual(
      expect.objectContaining({
        type: 'disconnected',
        cause: expect.objectContaining({ kind: 'upgrade', status }) as object,
      }),
    )
    expect(machine.state).toMatchObject({ name: 'waiting', reason: 'the socket was refused' })
    expect(machine.state).toMatchObject({ decision: { delay }, memory: { refreshToken: fresh } })
  })

  it.each([
    [{ retryAfter: 40_000 }, 40_000],
    [{ retryAfter: 86_400_000 }, 3_600_000],
    [{ retryAfter: 0 }, 5000],
    [{ retryAfter: Infinity }, 5000],
    [{ retryAfter: 'soon' }, 5000],
    [{}, 5000],
    [null, 5000],
    ['text', 5000],
  ])('RP-12 a lookup that fails with %j waits %i ms', (error, delay) => {
    const machine = inState('preparing')
    machine.take({ type: 'unprepared', fault: 'unavailable', error })
    expect(machine.state).toMatchObject({ name: 'waiting', decision: { delay } })
  })

  it('GW-20 no permit before a socket is opened is not a failure: 5 s, and no attempt', () => {
    const machine = inState('preparing')
    machine.take({ type: 'unpermitted' })
    expect(machine.state).toMatchObject({
      name: 'waiting',
      decision: { delay: 5000, counted: false },
      reason: 'no identify permit came in time',
    })
  })

  it('GW-17 giving up does not invalidate the session: the next process continues it', () => {
    const policy = definePolicy({ maxAttempts: 1 }, config.policy)
    const machine = inState('resuming', { policy })
    const effects = machine.closed(1006)
    expect(gapOf(effects)).toBeUndefined()
    expect(effects.at(-1)).toMatchObject({ type: 'stopped', resumable: true })
    expect(machine.state).toMatchObject({ name: 'stopped', session: { id: 'a' } })
  })

  it('GW-17 a session that the last disconnect ended is not left to the next process, and a gap reports it', () => {
    const policy = definePolicy({ maxAttempts: 1 }, config.policy)
    const machine = inState('resuming', { policy })
    const effects = machine.closed(4006)
    expect(gapOf(effects)).toBeDefined()
    expect(effects.at(-1)).toMatchObject({
      type: 'stopped',
      fault: { code: 'gateway_gave_up' },
      resumable: false,
    })
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
