import { describe, expect, it } from 'vitest'

import type { HeartbeatEntry } from '../../src/core/kernel/log-entry.js'
import type { LogEntry } from '../../src/index.js'
import { adapters, onFaultStage } from '../support/fault-stage.js'

const isOutcome = (entry: LogEntry): entry is HeartbeatEntry =>
  entry.kind === 'heartbeat' && entry.change !== 'asked'

describe.each(adapters)('heartbeats of the platform, %s', (adapter) => {
  it('SM-10 op 1 is answered by op 1, and the log has the delay', async () =>
    onFaultStage(adapter, async ({ sim, ready, beat, pass }) => {
      const { socket } = await ready()
      sim.heartbeat()
      expect(await socket.until(({ op }) => op === 1)).toEqual({ op: 1, d: 1 })
      await pass(40)
      await beat(socket)
      expect(sim.log.of('heartbeat')).toMatchObject([
        { change: 'asked', ms: 0 },
        { change: 'answered', ms: 40, connection: 1 },
      ])
      await pass(60_000)
      expect(sim.log.of('heartbeat')).toHaveLength(2)
      expect(socket.ended).toBeNull()
    }))

  it('SM-10 no answer within 5 s is missed, and two heartbeats need one answer', async () =>
    onFaultStage(adapter, async ({ sim, ready, pass }) => {
      const { socket } = await ready()
      sim.heartbeat()
      await pass(1_000)
      sim.heartbeat()
      await pass(4_000)
      expect(sim.log.of('heartbeat').map(({ change, ms }) => [change, ms])).toEqual([
        ['asked', 0],
        ['asked', 0],
        ['missed', 5_000],
      ])
      expect(socket.ended).toBeNull()
    }))

  it('SM-10 an unrequested op 11 is a wrong opcode too', async () =>
    onFaultStage(adapter, async ({ sim, ready }) => {
      const { socket } = await ready()
      socket.send({ op: 11 })
      expect(await socket.untilEnd()).toMatchObject({ code: 4001 })
      expect(sim.log.of('heartbeat')).toMatchObject([{ change: 'acknowledged', ms: 0 }])
    }))

  it('SM-10 before an Identify, and with any d', async () =>
    onFaultStage(adapter, async ({ sim, client, ready }) => {
      const early = await client.open()
      await early.until(({ op }) => op === 10)
      expect(sim.faults.now({ kind: 'heartbeat' })).toBe(1)
      expect(await early.until(({ op }) => op === 1)).toEqual({ op: 1, d: null })
      const { socket } = await ready()
      // The bot has only one connection.
      expect(sim.faults.now({ kind: 'heartbeat', d: 'odd' }, { bot: sim.credentials.appId })).toBe(1)
      expect(await socket.until(({ op }) => op === 1)).toEqual({ op: 1, d: 'odd' })
    }))

  it('SM-10 beside an event, which is sent first', async () =>
    onFaultStage(adapter, async ({ sim, ready }) => {
      const { socket } = await ready()
      sim.faults.add({ on: 'event', do: { kind: 'heartbeat' } })
      sim.user('ann').say('hi')
      await socket.until(({ op }) => op === 1)
      expect(socket.frames.map(({ op, t }) => t ?? op)).toEqual([10, 'READY', 'C2C_MESSAGE_CREATE', 1])
    }))

  it('SM-10 over the webhook it has a number that op 11 must repeat', async () =>
    onFaultStage(adapter, async ({ sim, listen }) => {
      const endpoint = await listen((body) => {
        const { d } = JSON.parse(body) as { readonly d: number }
        return JSON.stringify({ op: 11, d })
      })
      sim.changeBot({ webhook: endpoint.url })
      const answered = sim.log.next(isOutcome)
      expect(sim.heartbeat()).toBe(1)
      expect(await answered).toMatchObject({ change: 'answered', connection: null, push: 1 })
      const [push] = endpoint.pushes
      expect(JSON.parse(push?.body ?? '')).toEqual({ op: 1, d: expect.any(Number) as number })
      expect(push?.headers.get('x-signature-method')).toBe('ed25519')
      endpoint.close()
    }))

  it.each(['{"op":12}', '{"op":11}', '{"op":11,"d":1}', '', 'no json', 'null'])(
    'SM-10 over the webhook %j is no answer, and the heartbeat is not repeated',
    async (answer) =>
      onFaultStage(adapter, async ({ sim, listen, pass }) => {
        const endpoint = await listen(() => answer)
        sim.changeBot({ webhook: endpoint.url })
        const missed = sim.log.next(isOutcome)
        sim.heartbeat()
        expect(await missed).toMatchObject({ change: 'missed' })
        await pass(60_000)
        expect(endpoint.pushes).toHaveLength(1)
        endpoint.close()
      }),
  )
})
