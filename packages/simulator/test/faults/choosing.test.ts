import { describe, expect, it } from 'vitest'

import type { FaultSpec, SimulatorOptions } from '../../src/index.js'
import { getToken, identified, memoryClient } from '../support/clients.js'

const FAST: SimulatorOptions = { sessionStarts: { maxConcurrency: 100 }, seed: 3 }

describe('SM-02 choosing where a fault strikes', () => {
  it('SM-02 for one connection, at its handshake and later, without effect on others', async () => {
    const client = await memoryClient(FAST)
    const { faults, log } = client.sim
    const token = await getToken(client)
    const [first, second] = [await identified(client, token), await identified(client, token)]
    const [one = 0, two = 0] = log.of('connection').map(({ connection }) => connection)
    faults.add({ on: 'event', match: { connection: two }, do: { kind: 'ignore' }, times: 'forever' })
    faults.add({ on: 'heartbeat', match: { connection: one }, do: { kind: 'ignore' }, times: 'forever' })
    faults.add({ on: 'connect', match: { connection: two + 1 }, do: { kind: 'close', code: 4900 } })
    client.sim.user('ann').say('hi')
    for (const { socket } of [first, second]) socket.send({ op: 1, d: 1 })
    await client.clock.settle()
    const seen = ({ socket }: typeof first): readonly unknown[] => socket.frames.map(({ t, op }) => t ?? op)
    expect(seen(first)).toEqual([10, 'READY', 'C2C_MESSAGE_CREATE'])
    expect(seen(second)).toEqual([10, 'READY', 11])
    expect((await (await client.open()).untilEnd()).code).toBe(4900)
    expect((await client.open()).ended).toBeNull()
    expect(faults.close(4009, '', { connection: one })).toBe(1)
    expect([(await first.socket.untilEnd()).code, second.socket.ended]).toEqual([4009, null])
    await client.close()
  })

  it('SM-02 for one route, one user, n times, until cleared, after some chances, by chance', async () => {
    const client = await memoryClient(FAST)
    const { sim } = client
    const token = await getToken(client)
    const send = async (name: string, body: object = { content: 'x' }): Promise<number> =>
      (await client.call(`/v2/users/${sim.user(name).id}/messages`, { method: 'POST', token, body })).status
    sim.faults.add({
      on: 'call',
      match: { route: 'send', peer: 'ann' },
      do: { kind: 'answer', status: 500 },
      times: 2,
    })
    expect([await send('bob'), await send('ann'), await send('ann'), await send('ann')]).toEqual([
      200, 500, 500, 200,
    ])
    sim.faults.add({
      on: 'call',
      match: { passive: true },
      do: { kind: 'error', code: 40034005 },
      times: 'forever',
    })
    const { id } = sim.user('ann').say('hi')
    expect([await send('ann', { content: 'x', msg_id: id }), await send('ann')]).toEqual([400, 200])
    sim.faults.clear()
    expect(await send('ann', { content: 'x', msg_id: id })).toBe(200)
    sim.faults.add({ on: 'call', match: { msgType: 2 }, do: { kind: 'error', code: 50056 } })
    expect([await send('bob'), await send('bob', { msg_type: 2, markdown: { content: 'x' } })]).toEqual([
      200, 400,
    ])
    sim.faults.add({ on: 'call', do: { kind: 'answer', status: 500 }, skip: 1 })
    expect([await send('cat'), await send('cat'), await send('cat')]).toEqual([200, 500, 200])
    sim.faults.add({ on: 'call', do: { kind: 'answer', status: 500 }, chance: 0.5, times: 'forever' })
    const many = await Promise.all(Array.from({ length: 9 }, async (_, n) => send(`u${n}`)))
    expect(new Set(many)).toEqual(new Set([200, 500]))
    await client.close()
  })

  it.each([
    [{ on: 'call', do: { kind: 'close', code: 4000 } }, /do\.kind/],
    [{ on: 'nowhere', do: { kind: 'drop' } }, /on/],
    [{ on: 'event', do: { kind: 'close', code: 1006 } }, /do\.code/],
    [{ on: 'event', do: { kind: 'drop' }, times: 0 }, /times/],
    [{ on: 'call', do: { kind: 'answer', status: 200, headers: { 'a b': 'c' } } }, /headers/],
    [{ on: 'event', do: { kind: 'drop' }, typo: 1 }, /typo/],
  ])('SM-02 refuses a fault that is none: %j', async (spec, message) => {
    const client = await memoryClient()
    expect(() => client.sim.faults.add(spec as unknown as FaultSpec)).toThrow(message)
    await client.close()
  })
})
