import { expect } from 'vitest'

import type { Play } from './play.js'

/** The handshake fails, and the next one succeeds. */
const refusedHandshake: Play = async ({ client }) => {
  const socket = await client.open()
  expect(socket.opened).toBe(false)
  expect((await socket.untilEnd()).code).toBe(1006)
  const next = await client.open()
  expect((await next.until(({ op }) => op === 10)).op).toBe(10)
}

/** Faults of handshakes, sessions and heartbeats. */
export const handshakePlays: Readonly<Record<string, Play>> = {
  'handshake-refused': refusedHandshake,
  'handshake-reset': refusedHandshake,
  'handshake-hangs': async ({ client, strike }) => {
    const struck = strike()
    const hanging = client.dial()
    await struck
    const next = await client.open()
    await next.until(({ op }) => op === 10)
    expect([hanging.opened, hanging.ended]).toEqual([false, null])
    hanging.terminate()
    expect((await hanging.untilEnd()).code).toBe(1006)
  },
  'no-hello': async ({ client, beat }) => {
    const socket = await client.open()
    await beat(socket)
    expect(socket.frames).toEqual([{ op: 11 }])
  },
  'wrong-interval': async ({ client }) => {
    const socket = await client.open()
    expect(await socket.until(({ op }) => op === 10)).toEqual({ op: 10, d: { heartbeat_interval: 0 } })
  },
  'no-ready': async ({ identify, beat }) => {
    const socket = await identify()
    await beat(socket)
    expect(socket.frames.map(({ op }) => op)).toEqual([10, 11])
  },
  'ready-then-kicked': async ({ ready, pass }) => {
    const { socket } = await ready()
    await pass(50)
    expect((await socket.untilEnd()).code).toBe(4900)
  },
  'identify-refused': async ({ identify }) => {
    const socket = await identify()
    expect(await socket.until(({ op }) => op === 9)).toEqual({ op: 9, d: false })
  },
  'no-resumed': async ({ ready, resume, beat }) => {
    const { session } = await ready()
    const socket = await resume(session)
    await beat(socket)
    expect(socket.frames.map(({ op }) => op)).toEqual([10, 11])
  },
  'resume-refused': async ({ ready, resume }) => {
    const socket = await resume((await ready()).session)
    expect(await socket.until(({ op }) => op === 9)).toEqual({ op: 9, d: false })
  },
  'reset-by-resume': async ({ ready, resume }) => {
    const socket = await resume((await ready()).session)
    expect(await socket.untilEnd()).toEqual({ code: 4902, reason: 'reset by resume' })
  },
  'no-ack': async ({ client, beat }) => {
    const socket = await client.open()
    socket.send({ op: 1, d: null })
    await beat(socket)
    expect(socket.frames.map(({ op }) => op)).toEqual([10, 11])
  },
  'late-ack': async ({ client, beat, pass }) => {
    const socket = await client.open()
    socket.send({ op: 1, d: null })
    await beat(socket)
    expect(socket.frames.map(({ op }) => op)).toEqual([10, 11])
    await pass(20_000)
    await beat(socket)
    expect(socket.frames.map(({ op }) => op)).toEqual([10, 11, 11, 11])
  },
}
