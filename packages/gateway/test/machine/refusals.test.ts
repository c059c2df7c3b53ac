import { combineIntents } from '@qqkit/protocol'
import { describe, expect, it } from 'vitest'

import type { MachineConfig } from '../../src/machine/input.js'
import type { Effect } from '../../src/machine/step.js'
import { config, frames, Machine, reach, reconnect } from '../support/machine.js'

const GRANTED = combineIntents(['GROUP_AND_C2C_EVENT'])
const ASKED = GRANTED | combineIntents(['GUILD_MESSAGES'])

/** What comes in answer to an Identify: frames, then a close or the end of the wait for one. */
interface Answer {
  readonly op9?: boolean
  readonly code?: number
  readonly error?: Error
}

const identifying = (over: Partial<MachineConfig> = {}, intents: number = ASKED): Machine =>
  reach.identifying(new Machine(over, () => 0.5, intents))

/** Answers, and tells what was done about it. */
const answer = (machine: Machine, { op9, code, error }: Answer): readonly Effect[] => {
  const before = op9 === undefined ? [] : machine.frame(op9 ? frames.paused : frames.invalid)
  const after =
    code === undefined
      ? machine.fire('deadline', 6000)
      : machine.take({ type: 'closed', code, reason: '', ...(error && { error }) }, 6000)
  return [...before, ...after]
}

/** Waits, connects, and identifies again. */
const again = (machine: Machine): Machine => {
  expect(reconnect(machine)).toBe('identify')
  machine.take({ type: 'permitted' })
  return machine
}

const causeOf = ({ state }: Machine): string => {
  if (state.name !== 'waiting') throw new Error(state.name)
  return state.decision.cause
}

describe.each<[string, Answer, { readonly spoken: boolean }]>([
  ['op 9 false', { op9: false }, { spoken: true }],
  ['op 9 true', { op9: true }, { spoken: true }],
  ['op 9, then 4903', { op9: false, code: 4903 }, { spoken: true }],
  ['op 9, then a code that nobody knows', { op9: false, code: 4999 }, { spoken: true }],
  ['op 9, then 1006 with an error', { op9: false, code: 1006, error: new Error('reset') }, { spoken: true }],
  ['4903', { code: 4903 }, { spoken: true }],
  ['1005', { code: 1005 }, { spoken: false }],
  ['1006', { code: 1006 }, { spoken: false }],
])('%s to Identify', (_name, given, { spoken }) => {
  it('GW-31 is a cause of its own from the second in a row on, and always brings a new token', () => {
    const machine = identifying()
    answer(machine, given)
    expect(causeOf(machine)).not.toBe('identify_refused')
    expect(machine.state.memory).toMatchObject({ refreshToken: true, refusals: { times: 1 } })
    answer(again(machine), given)
    expect(causeOf(machine)).toBe('identify_refused')
    expect(machine.state).toMatchObject({
      reason: 'Identify was refused 2 times in a row, probably for the intents GUILD_MESSAGES',
      decision: { action: 'identify', token: 'refresh', why: 'session_refused' },
      memory: { refusals: { intents: ASKED, times: 2, spoken: spoken ? 2 : 0 } },
    })
    again(machine).frame(frames.ready)
    expect(machine.state).toMatchObject({ name: 'ready', memory: { refusals: null } })
  })

  it('GW-31 leaves out what is suspected at the second, if it was more than a bare close', () => {
    const machine = identifying({ onRefusedIntents: 'leave-out' })
    expect(answer(machine, given)).not.toContainEqual(expect.objectContaining({ type: 'leave_out_intents' }))
    const effects = answer(again(machine), given)
    const left = effects.filter(({ type }) => type === 'leave_out_intents')
    expect(left).toEqual(spoken ? [{ type: 'leave_out_intents', kept: GRANTED }] : [])
    // With another mask the count begins again, and nothing more is left out.
    machine.intents = GRANTED
    expect(answer(again(machine), given)).not.toContainEqual(
      expect.objectContaining({ type: 'leave_out_intents' }),
    )
    expect(machine.state.memory.refusals).toMatchObject({ intents: GRANTED, times: 1 })
    answer(again(machine), given)
    expect(machine.state).toMatchObject({ reason: 'Identify was refused 2 times in a row' })
  })
})

it.each<[string, Answer]>([
  ['4004', { code: 4004 }],
  ['op 9, then 4004', { op9: false, code: 4004 }],
  ['op 9, then 4008', { op9: false, code: 4008 }],
  ['4902', { code: 4902 }],
  ['1006 with an error', { code: 1006, error: new Error('reset') }],
  ['silence', {}],
])('GW-31 %s is no refusal', (_name, given) => {
  const machine = identifying({ onRefusedIntents: 'leave-out' })
  for (let times = 0; times < 3; times += 1) {
    answer(machine, given)
    expect(machine.state.memory.refusals).toBeNull()
    again(machine)
  }
})

it('GW-31 op 7 in answer to Identify is no refusal either', () => {
  const machine = identifying()
  machine.frame(frames.reconnect)
  machine.closed(4009)
  expect(machine.state.memory.refusals).toBeNull()
})

it('GW-31 op 9 to a Resume, or before Identify, counts for nothing', () => {
  for (const state of ['resuming', 'queued', 'greeting'] as const) {
    const machine = reach[state](new Machine({ onRefusedIntents: 'leave-out' }, () => 0.5, ASKED))
    for (let times = 0; times < 3 && machine.name === state; times += 1) answer(machine, { op9: false })
    expect(machine.state).toMatchObject({ name: 'waiting', memory: { refusals: null } })
  }
})

it('GW-31 what ends a bot ends it, however often Identify was refused before', () => {
  const machine = identifying()
  answer(machine, { op9: false })
  answer(again(machine), { op9: false })
  answer(again(machine), { op9: false, code: 4915 })
  expect(machine.state).toMatchObject({ name: 'stopped', fault: { closeCode: 4915 } })
})

it('GW-31 rows that stop after some, or wait a fixed time, keep their say', () => {
  const rules = { ...config.policy.rules }
  const row = rules['4903']
  if (!row) throw new Error('no row')
  for (const [changed, expected] of [
    [{ ...row, stopAfter: 9 }, '4903'],
    [{ ...row, delay: 20_000 }, '4903'],
    [row, 'identify_refused'],
  ] as const) {
    const machine = identifying({ policy: { ...config.policy, rules: { ...rules, 4903: changed } } })
    answer(machine, { code: 4903 })
    answer(again(machine), { code: 4903 })
    expect(causeOf(machine)).toBe(expected)
    expect(machine.state).toMatchObject({ reason: expect.stringContaining('GUILD_MESSAGES') as string })
  }
})

it('GW-31 leaves nothing out where nothing would remain, or where another shard has done it', () => {
  const alone = identifying({ onRefusedIntents: 'leave-out' }, combineIntents(['INTERACTION']))
  const late = identifying({ onRefusedIntents: 'leave-out' })
  for (const machine of [alone, late]) {
    answer(machine, { op9: false })
    again(machine)
    if (machine === late) machine.intents = GRANTED
    expect(answer(machine, { op9: false })).not.toContainEqual(
      expect.objectContaining({ type: 'leave_out_intents' }),
    )
  }
  expect(alone.state).toMatchObject({ memory: { refusals: { spoken: 2 } } })
  expect(late.state).toMatchObject({ memory: { refusals: { intents: ASKED, spoken: 2 } } })
})

it('GW-31 where attempts are used up it says for which intents', () => {
  const machine = identifying({ policy: { ...config.policy, maxAttempts: 1 } })
  for (let times = 0; times < 2; times += 1) {
    answer(machine, { op9: false })
    again(machine)
  }
  answer(machine, { op9: false })
  expect(machine.state).toMatchObject({
    name: 'stopped',
    fault: {
      code: 'gateway_gave_up',
      message: expect.stringContaining('GUILD_MESSAGES') as string,
      advice: { zh: expect.stringContaining('GUILD_MESSAGES') as string },
    },
  })
})

it('GW-24 a heartbeat of the server is answered in every state with an open socket, and a flood is not', () => {
  for (const state of ['greeting', 'queued', 'identifying', 'resuming', 'ready'] as const) {
    const machine = reach[state](new Machine())
    const seq = machine.state.session?.seq ?? null
    const answered = Array.from({ length: 20 }, () => machine.frame(frames.beat)).flat()
    expect(answered).toEqual(Array.from({ length: 5 }, () => ({ type: 'answer_heartbeat', seq })))
    expect(machine.frame(frames.beat, 2000)).toEqual([{ type: 'answer_heartbeat', seq }])
    expect(machine.frame(frames.beat)).toEqual([])
    expect(machine.name).toBe(state)
  }
  for (const state of ['closing', 'waiting', 'stopped', 'opening'] as const)
    expect(reach[state](new Machine()).frame(frames.beat)).toEqual([])
})
