import { expect, it } from 'vitest'

import { missingTimers } from '../../src/machine/input.js'
import type { StateName } from '../../src/machine/state.js'
import { frames, inState, Machine, reach, type Given } from '../support/machine.js'

const inputs = {
  start: { type: 'start', epoch: null },
  prepared: { type: 'prepared', url: 'wss://x', budgetDelay: 0, restored: null },
  unprepared: { type: 'unprepared', fault: 'unavailable', error: null },
  denied: { type: 'unprepared', fault: 'fatal', error: null },
  opened: { type: 'opened' },
  hello: { type: 'frame', frame: frames.hello },
  event: { type: 'frame', frame: frames.event },
  ready: { type: 'frame', frame: frames.ready },
  resumed: { type: 'frame', frame: frames.resumed },
  ack: { type: 'frame', frame: frames.ack },
  beat: { type: 'frame', frame: frames.beat },
  op7: { type: 'frame', frame: frames.reconnect },
  op9: { type: 'frame', frame: frames.invalid },
  op99: { type: 'frame', frame: frames.unknown },
  malformed: { type: 'malformed', problem: 'text', unparseable: false },
  activity: { type: 'activity' },
  permitted: { type: 'permitted' },
  closed: { type: 'closed', code: 1006, reason: '' },
  banned: { type: 'closed', code: 4915, reason: '' },
  deadline: { type: 'timer', name: 'deadline' },
  heartbeat: { type: 'timer', name: 'heartbeat' },
  backoff: { type: 'timer', name: 'backoff' },
  fault: { type: 'fault', epoch: null, error: null, last: false },
  broken: { type: 'fault', epoch: null, error: new Error('broken'), last: true },
  stop: { type: 'stop', epoch: null, resumable: false, within: 60_000 },
} as const satisfies Record<string, Given>

/** Where each input leads; inputs that are not named leave the state as it is, by name. */
const table: Readonly<Record<StateName, Partial<Record<keyof typeof inputs, StateName>>>> = {
  idle: { start: 'preparing', fault: 'stopped', broken: 'stopped', stop: 'stopped' },
  preparing: {
    prepared: 'opening',
    unprepared: 'waiting',
    denied: 'stopped',
    deadline: 'waiting',
    fault: 'waiting',
    broken: 'stopped',
    stop: 'stopped',
  },
  opening: {
    opened: 'greeting',
    closed: 'waiting',
    banned: 'stopped',
    deadline: 'waiting',
    fault: 'waiting',
    broken: 'stopped',
    stop: 'stopped',
  },
  greeting: {
    hello: 'queued',
    op7: 'closing',
    op9: 'closing',
    closed: 'waiting',
    banned: 'stopped',
    deadline: 'waiting',
    fault: 'waiting',
    broken: 'stopped',
    stop: 'closing',
  },
  queued: {
    permitted: 'identifying',
    op7: 'closing',
    op9: 'closing',
    closed: 'waiting',
    banned: 'stopped',
    deadline: 'waiting',
    fault: 'waiting',
    broken: 'stopped',
    stop: 'closing',
  },
  identifying: {
    ready: 'ready',
    op7: 'closing',
    op9: 'closing',
    closed: 'waiting',
    banned: 'stopped',
    deadline: 'waiting',
    fault: 'waiting',
    broken: 'stopped',
    stop: 'closing',
  },
  resuming: {
    ready: 'ready',
    resumed: 'ready',
    op7: 'closing',
    op9: 'closing',
    closed: 'waiting',
    banned: 'stopped',
    deadline: 'waiting',
    fault: 'waiting',
    broken: 'stopped',
    stop: 'closing',
  },
  ready: {
    op7: 'closing',
    op9: 'closing',
    closed: 'waiting',
    banned: 'stopped',
    fault: 'waiting',
    broken: 'stopped',
    stop: 'closing',
  },
  closing: {
    closed: 'waiting',
    banned: 'waiting',
    deadline: 'waiting',
    fault: 'waiting',
    broken: 'stopped',
  },
  waiting: { backoff: 'preparing', fault: 'waiting', broken: 'stopped', stop: 'stopped' },
  stopped: {},
}

/** Timers that cannot be running in a state, so that their firing means nothing there. */
const impossible = (state: StateName, name: keyof typeof inputs): boolean => {
  const { [name]: input }: Record<string, Given> = inputs
  if (input?.type !== 'timer') return false
  return !inState(state).armed.has(input.name)
}

for (const [state, row] of Object.entries(table) as [StateName, (typeof table)[StateName]][]) {
  it(`GW-26 ${state} goes where the state table says, for every input`, () => {
    expect(inState(state).name).toBe(state)
    for (const [name, input] of Object.entries(inputs) as [keyof typeof inputs, Given][]) {
      if (impossible(state, name)) continue
      const machine = inState(state)
      const before = machine.state
      if (input.type === 'timer') machine.fire(input.name)
      else machine.take(input)
      expect([name, machine.name]).toEqual([name, row[name] ?? state])
      expect([name, missingTimers(machine.name, machine.armed)]).toEqual([name, []])
      expect(machine.state.epoch).toBeGreaterThanOrEqual(before.epoch)
    }
  })
}

it('GW-14 every state drops inputs of another connection', () => {
  for (const state of Object.keys(reach) as StateName[]) {
    for (const input of Object.values(inputs) as Given[]) {
      if ('epoch' in input) continue
      for (const offset of [-1, 1]) {
        const machine = inState(state)
        const before = machine.state
        expect(machine.take({ ...input, epoch: before.epoch + offset })).toEqual([])
        expect(machine.state).toBe(before)
      }
    }
  }
})

it('counts the connections apart, so that nothing of one reaches another', () => {
  const machine = new Machine()
  const epochs = new Set<number>()
  reach.resuming(machine)
  epochs.add(machine.state.epoch)
  machine.closed(1006)
  epochs.add(machine.state.epoch)
  machine.take({ type: 'stop', epoch: null, resumable: true, within: 60_000 })
  epochs.add(machine.state.epoch)
  expect(epochs.size).toBe(3)
})
