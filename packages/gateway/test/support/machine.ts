import type { WireFrame } from '@qqkit/core'
import { definePolicy } from '@qqkit/reconnect-policy'

import { closeCodeTables } from '../../src/close-codes.js'
import { causeRules } from '../../src/machine/disconnect-cause.js'
import type { Context, Input, MachineConfig, TimerName } from '../../src/machine/input.js'
import { initialState, type State, type StateName } from '../../src/machine/state.js'
import { transition } from '../../src/machine/states/transition.js'
import type { Effect } from '../../src/machine/step.js'
import { gatewayDefaults } from '../../src/options.js'

/** What the tests ask for. */
const INTENTS = 1 << 25

/** The configuration of the tests: everything by default, waits exact. */
export const config: MachineConfig = {
  policy: definePolicy({ jitter: 0, rules: { ...causeRules, ...closeCodeTables.default } }),
  deadlines: gatewayDefaults.deadlines,
  heartbeat: gatewayDefaults.heartbeat,
  maxSessionAge: null,
  onRefusedIntents: 'keep',
}

type Unnumbered<I> = I extends { readonly epoch: number } ? Omit<I, 'epoch'> & { readonly epoch?: number } : I

/** An input; without an epoch it belongs to the present connection. */
export type Given = Unnumbered<Input>

/** A machine on its own, with the timers that it asked for. */
export class Machine {
  state: State = initialState
  now = 1_000_000
  readonly armed: Set<TimerName> = new Set()
  /** What it is told to ask for. */
  intents: number
  readonly #context: Omit<Context, 'now' | 'intents'>

  constructor(
    over: Partial<MachineConfig> = {},
    random: () => number = () => 0.5,
    intents: number = INTENTS,
  ) {
    this.intents = intents
    this.#context = { config: { ...config, ...over }, random }
  }

  get name(): StateName {
    return this.state.name
  }

  /** Takes one input after `after` ms and tells what is to be done. */
  take(given: Given, after = 0): readonly Effect[] {
    this.now += after
    const input = { epoch: this.state.epoch, ...given } as Input
    const { state, effects } = transition(this.state, input, {
      ...this.#context,
      now: this.now,
      intents: this.intents,
    })
    this.state = state
    for (const effect of effects) {
      if (effect.type === 'tear_down') this.armed.clear()
      else if (effect.type === 'set_timer') this.armed.add(effect.name)
      else if (effect.type === 'clear_timer') this.armed.delete(effect.name)
    }
    return effects
  }

  /** A timer fires. */
  fire(name: TimerName, after = 0): readonly Effect[] {
    this.armed.delete(name)
    return this.take({ type: 'timer', name }, after)
  }

  frame(frame: WireFrame, after = 0): readonly Effect[] {
    return this.take({ type: 'frame', frame }, after)
  }

  closed(code: number, after = 0): readonly Effect[] {
    return this.take({ type: 'closed', code, reason: '' }, after)
  }
}

type FrameName =
  | 'hello'
  | 'ready'
  | 'resumed'
  | 'event'
  | 'ack'
  | 'beat'
  | 'reconnect'
  | 'invalid'
  | 'paused'
  | 'unknown'

/** One of each. */
export const frames: Readonly<Record<FrameName, WireFrame>> = {
  hello: { op: 10, d: { heartbeat_interval: 41_250 } },
  ready: { op: 0, s: 1, t: 'READY', d: { session_id: 'a' } },
  resumed: { op: 0, s: 9, t: 'RESUMED', d: '' },
  event: { op: 0, s: 5, t: 'C2C_MESSAGE_CREATE', d: {} },
  ack: { op: 11 },
  beat: { op: 1, d: 3 },
  reconnect: { op: 7 },
  invalid: { op: 9, d: false },
  paused: { op: 9, d: true },
  unknown: { op: 99 },
}

const started = (machine: Machine): Machine => {
  machine.take({ type: 'start', epoch: null })
  return machine
}

const prepared = (machine: Machine): Machine => {
  machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
  return machine
}

const greeting = (machine: Machine): Machine => {
  prepared(machine).take({ type: 'opened' })
  return machine
}

const ready = (machine: Machine): Machine => {
  greeting(started(machine)).frame(frames.hello)
  machine.take({ type: 'permitted' })
  machine.frame(frames.ready)
  return machine
}

/** Puts a fresh machine into each state, the usual way. */
export const reach: Readonly<Record<StateName, (machine: Machine) => Machine>> = {
  idle: (machine) => machine,
  preparing: started,
  opening: (machine) => prepared(started(machine)),
  greeting: (machine) => greeting(started(machine)),
  queued: (machine) => {
    greeting(started(machine)).frame(frames.hello)
    return machine
  },
  identifying: (machine) => {
    reach.queued(machine).take({ type: 'permitted' })
    return machine
  },
  ready,
  waiting: (machine) => {
    ready(machine).closed(1006, 6000)
    return machine
  },
  resuming: (machine) => {
    reach.waiting(machine).fire('backoff', 1000)
    greeting(machine).frame(frames.hello)
    return machine
  },
  closing: (machine) => {
    ready(machine).frame(frames.reconnect)
    return machine
  },
  stopped: (machine) => {
    started(machine).take({ type: 'stop', epoch: null, resumable: false, within: 60_000 })
    return machine
  },
}

/** A machine in a state. */
export const inState = (name: StateName, over: Partial<MachineConfig> = {}): Machine =>
  reach[name](new Machine(over))

/** Types of effects, for short expectations. */
export const typesOf = (effects: readonly Effect[]): readonly string[] => effects.map(({ type }) => type)

/** The gap that the loss of a session tells of. */
export const gapOf = (effects: readonly Effect[]): unknown =>
  effects.find((effect) => effect.type === 'session_dropped')?.gap

/** On to the next HELLO; tells what is sent then. */
export const reconnect = (machine: Machine): 'resume' | 'identify' => {
  machine.fire('backoff')
  machine.take({ type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null })
  machine.take({ type: 'opened' })
  return typesOf(machine.frame(frames.hello)).includes('send_resume') ? 'resume' : 'identify'
}
