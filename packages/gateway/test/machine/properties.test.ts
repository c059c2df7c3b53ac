import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import type { TimerName } from '../../src/machine/input.js'
import type { Effect } from '../../src/machine/step.js'
import { Watch } from '../support/machine-invariants.js'
import { Machine, type Given } from '../support/machine.js'

/** Other lives each time, so that a quarter will do; `MODEL_TIMES=10` is for a soak. */
const RUNS = 10_000 * Number(process.env['MODEL_TIMES'] ?? 0.25)

const seq = fc.oneof(fc.nat(50), fc.constantFrom(undefined, null, NaN, -1, 2 ** 53, '7'))
const anyFrame = fc.oneof(
  fc.record({
    op: fc.constantFrom(0, 1, 7, 9, 10, 11, 99),
    s: seq,
    t: fc.constantFrom('READY', 'RESUMED', 'C2C_MESSAGE_CREATE', undefined),
    d: fc.oneof(
      fc.constantFrom(true, false, null, undefined, '', { session_id: 'a' }, { session_id: 'b' }),
      fc.record({ heartbeat_interval: fc.oneof(fc.constant(41_250), fc.double(), fc.string()) }),
      fc.jsonValue(),
    ),
  }),
)

const signals: fc.Arbitrary<Given> = fc.oneof(
  fc.record({
    type: fc.constant('prepared' as const),
    url: fc.constant('wss://x'),
    budgetDelay: fc.constantFrom(0, 0, 0, 90_000, 1e10),
    restored: fc.constantFrom(null, { id: 'old', seq: 3, age: 1000 }),
  }),
  fc.record({
    type: fc.constant('unprepared' as const),
    fault: fc.constantFrom('unavailable' as const, 'rate_limited' as const),
    error: fc.constant(null),
  }),
  fc.constantFrom<Given>(
    { type: 'opened' },
    { type: 'activity' },
    { type: 'permitted' },
    { type: 'malformed', problem: '', unparseable: true },
  ),
  anyFrame.map((frame) => ({ type: 'frame', frame }) as Given),
  fc
    .constantFrom(1000, 1005, 1006, 4004, 4006, 4007, 4008, 4009, 4902, 4903, 4999)
    .map((code) => ({ type: 'closed' as const, code, reason: '' })),
)

const timer: fc.Arbitrary<TimerName> = fc.constantFrom('deadline', 'heartbeat', 'stability', 'backoff', 'age')

/** One step of a schedule. `expected` takes the usual next step, so that sequences get far. */
type Move =
  | { readonly kind: 'expected' }
  | { readonly kind: 'signal'; readonly input: Given; readonly stale: boolean }
  | { readonly kind: 'fire'; readonly name: TimerName }
  | { readonly kind: 'command'; readonly input: Given }

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 18, arbitrary: fc.constant<Move>({ kind: 'expected' }) },
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('signal' as const), input: signals, stale: fc.boolean() }),
  },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('fire' as const), name: timer }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Move>(
      { kind: 'command', input: { type: 'start', epoch: null } },
      { kind: 'command', input: { type: 'fault', epoch: null, error: null, last: false } },
      { kind: 'command', input: { type: 'fault', epoch: null, error: null, last: true } },
      { kind: 'command', input: { type: 'stop', epoch: null, resumable: true, within: 60_000 } },
    ),
  },
)

const usual: Readonly<Record<string, Given>> = {
  idle: { type: 'start', epoch: null },
  preparing: { type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null },
  opening: { type: 'opened' },
  greeting: { type: 'frame', frame: { op: 10, d: { heartbeat_interval: 41_250 } } },
  queued: { type: 'permitted' },
  identifying: { type: 'frame', frame: { op: 0, s: 1, t: 'READY', d: { session_id: 'a' } } },
  resuming: { type: 'frame', frame: { op: 0, s: 60, t: 'RESUMED', d: '' } },
  ready: { type: 'frame', frame: { op: 0, s: 61, t: 'C2C_MESSAGE_CREATE', d: {} } },
  closing: { type: 'closed', code: 1000, reason: '' },
  waiting: { type: 'timer', name: 'backoff' },
}

const play = (moves: readonly Move[], over: ConstructorParameters<typeof Machine>[0]): Watch => {
  const machine = new Machine(over)
  const watch = new Watch(machine)
  for (const move of moves) {
    const before = machine.state
    let input: Given | undefined
    let effects: readonly Effect[] = []
    if (move.kind === 'expected') input = usual[machine.name]
    else if (move.kind === 'fire') {
      // Only timers that were set can fire.
      if (machine.armed.has(move.name)) input = { type: 'timer', name: move.name }
    } else if (move.kind === 'signal' && move.stale) {
      input = { ...move.input, epoch: before.epoch - 1 } as Given
    } else input = move.input
    if (!input) continue
    effects =
      input.type === 'timer' && !('epoch' in input) ? machine.fire(input.name, 700) : machine.take(input, 700)
    watch.check(before, effects)
  }
  return watch
}

it('GW-26 whatever happens, no state lasts for ever, one socket at a time, and no session goes silently', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60, size: 'max' }), fc.boolean(), (moves, aging) => {
      play(moves, { maxSessionAge: aging ? 60_000 : null, onRefusedIntents: aging ? 'keep' : 'leave-out' })
    }),
    { numRuns: RUNS },
  )
})

it('GW-26 from wherever it is, the usual answers lead back to ready', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40, size: 'max' }), (moves) => {
      const { machine } = play(
        moves.filter(({ kind }) => kind !== 'command'),
        {},
      )
      for (let step = 0; step < 12 && machine.name !== 'ready'; step += 1) {
        const input = usual[machine.name]
        if (!input) break
        if (input.type === 'timer') machine.fire(input.name, 60_000)
        else machine.take(input)
      }
      expect(['ready', 'stopped']).toContain(machine.name)
    }),
    { numRuns: RUNS / 10 },
  )
})
