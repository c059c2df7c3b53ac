import { expect } from 'vitest'

import type { FaultStage } from '../fault-stage.js'
import type { WireSocket } from '../wire-client.js'
import type { Positions, Story } from './position.js'

const PUBLIC = 2 ** 25
const PRIVATE = 2 ** 9

/** A connection that asks for a forbidden intent: the messages of all channels. */
const refused = async (stage: FaultStage): Promise<WireSocket> => {
  stage.sim.changeBot({ intents: PUBLIC })
  const socket = await stage.client.open()
  await socket.until(({ op }) => op === 10)
  socket.send(identify(stage, PUBLIC + PRIVATE))
  return socket
}

const identify = ({ token }: FaultStage, intents: number): object => ({
  op: 2,
  d: { token: `QQBot ${token}`, intents, shard: [0, 1] },
})

/** The platform sends op 9 and keeps the connection, which can identify without the bit. */
const stays =
  (frame: object): Story =>
  async (stage) => {
    const socket = await refused(stage)
    expect(await socket.until(({ op }) => op === 9)).toEqual(frame)
    socket.send(identify(stage, PUBLIC))
    await socket.until(({ t }) => t === 'READY')
    expect(socket.ended).toBeNull()
    // The log has the reason that the platform does not send, and each Identify has cost a start of the day (§3.11).
    expect(stage.sim.log.of('refused-intents')).toMatchObject([
      { connection: 1, asked: PUBLIC + PRIVATE, refused: PRIVATE },
    ])
    expect(stage.sim.snapshot().bots).toMatchObject([{ sessionStartsUsed: 2 }])
  }

const acknowledges = async (stage: FaultStage): Promise<WireSocket> => {
  const { socket } = await stage.ready()
  expect(stage.sim.heartbeat()).toBe(1)
  expect(await socket.until(({ op }) => op === 1)).toEqual({ op: 1, d: 1 })
  socket.send({ op: 11 })
  return socket
}

/** Intents and heartbeats (§3.4, §3.11). */
export const gatewayPositions: Positions = {
  refusedIntents: {
    op9: stays({ op: 9, d: false }),
    op9_without_d: stays({ op: 9 }),
    op9_then_4903: async (stage) => {
      const socket = await refused(stage)
      expect(await socket.until(({ op }) => op === 9)).toEqual({ op: 9, d: false })
      expect(await socket.untilEnd()).toEqual({ code: 4903, reason: 'create session error' })
    },
    close_4014: async (stage) => {
      const socket = await refused(stage)
      expect(await socket.untilEnd()).toMatchObject({ code: 4014 })
      expect(socket.frames.map(({ op }) => op)).toEqual([10])
    },
  },
  heartbeatAckFromBot: {
    close_4001: async (stage) =>
      expect(await (await acknowledges(stage)).untilEnd()).toEqual({ code: 4001, reason: 'bad opcode' }),
    ignore: async (stage) => {
      const socket = await acknowledges(stage)
      await stage.beat(socket)
      expect(socket.ended).toBeNull()
      expect(stage.sim.log.of('heartbeat').map(({ change }) => change)).toEqual([
        'asked',
        'acknowledged',
        'answered',
      ])
    },
  },
}
