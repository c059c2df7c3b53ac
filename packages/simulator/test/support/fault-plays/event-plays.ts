import { expect } from 'vitest'

import type { FaultStage } from '../fault-stage.js'
import type { WireSocket } from '../wire-client.js'
import type { Play } from './play.js'

/** Ann says two messages, of which the first meets the fault. `order()`: the messages that arrived as frames. */
const sayTwo = async ({
  ready,
  beat,
  sim,
}: FaultStage): Promise<{ readonly socket: WireSocket; readonly order: () => readonly string[] }> => {
  const { socket } = await ready()
  const names = new Map(['one', 'two'].map((text) => [sim.user('ann').say(text).eventId, text]))
  await socket.until(({ id }) => names.get(id ?? '') === 'two')
  await beat(socket)
  return { socket, order: () => socket.frames.flatMap(({ id }) => names.get(id ?? '') ?? []) }
}

/** Ann says a message that meets a fault which ends or freezes the connection. */
const sayLast = async ({
  ready,
  strike,
  pass,
  sim,
}: FaultStage): Promise<{ readonly socket: WireSocket; readonly id: string }> => {
  const { socket } = await ready()
  const struck = strike()
  const { eventId } = sim.user('ann').say('the last one')
  await struck
  await pass(1)
  return { socket, id: eventId }
}

/** Faults of events. */
export const eventPlays: Readonly<Record<string, Play>> = {
  'server-heartbeat': async (stage) => {
    const { socket } = await stage.ready()
    await stage.beat(socket)
    expect(await socket.until(({ op }) => op === 1)).toEqual({ op: 1, d: 1 })
    await stage.beat(socket)
    expect(stage.sim.log.of('heartbeat').map(({ change }) => change)).toEqual(['asked', 'answered'])
  },
  'lost-event': async (stage) => {
    const { order } = await sayTwo(stage)
    expect(order()).toEqual(['two'])
    expect(stage.sim.oracle.undelivered()).toHaveLength(1)
  },
  'late-event': async (stage) => {
    const { socket, order } = await sayTwo(stage)
    expect(order()).toEqual(['two'])
    await stage.pass(5_000)
    await stage.beat(socket)
    expect(order()).toEqual(['two', 'one'])
  },
  'doubled-event': async (stage) => {
    const { order } = await sayTwo(stage)
    expect(order()).toEqual(['one', 'one', 'two'])
  },
  'reordered-events': async (stage) => {
    const { order } = await sayTwo(stage)
    expect(order()).toEqual(['two', 'one'])
  },
  'garbage-frame': async (stage) => {
    const { socket, order } = await sayTwo(stage)
    expect(order()).toEqual(['two'])
    expect(socket.rubbish).toEqual(['not json at all {'])
  },
  'truncated-frame': async (stage) => {
    const { socket, order } = await sayTwo(stage)
    expect(order()).toEqual(['two'])
    expect(socket.rubbish).toEqual([expect.stringMatching(/^\{"op":0,"s":2,"t":"C2C_MESSAGE_CREATE".*[^}]$/)])
  },
  'oversized-frame': async ({ sim, token, client, strike }) => {
    const socket = client.dial({ maxPayload: 1_048_576 })
    await socket.until(({ op }) => op === 10)
    socket.send({ op: 2, d: { token: `QQBot ${token}`, intents: 2 ** 25, shard: [0, 1] } })
    await socket.until(({ t }) => t === 'READY')
    const struck = strike()
    const { eventId } = sim.user('ann').say('much')
    await struck
    expect((await socket.untilEnd()).code).toBe(1006)
    expect(socket.frames.some(({ id }) => id === eventId)).toBe(false)
  },
  'binary-frame': async (stage) => {
    const { socket, order } = await sayTwo(stage)
    expect(order()).toEqual(['two'])
    const [frame] = socket.rubbish
    expect(frame).toBeInstanceOf(Uint8Array)
    expect(JSON.parse(new TextDecoder().decode(frame as Uint8Array))).toMatchObject({ op: 0, s: 2 })
  },
  'cut-after-event': async (stage) => {
    const { socket, id } = await sayLast(stage)
    expect((await socket.untilEnd()).code).toBe(1006)
    expect(socket.frames.at(-1)?.id).toBe(id)
  },
  'half-open-at-event': async (stage) => {
    const { socket, id } = await sayLast(stage)
    socket.send({ op: 1, d: null })
    // The platform still serves others, and the frozen connection gets nothing.
    await stage.beat(await stage.client.open())
    expect(socket.frames.map(({ t, op }) => t ?? op)).toEqual([10, 'READY'])
    expect(socket.ended).toBeNull()
    expect(stage.sim.oracle.undelivered()).toMatchObject([{ id }])
    socket.terminate()
  },
}
