import { describe, expect, it } from 'vitest'

import type { FaultEntry } from '../../src/core/kernel/log-entry.js'
import type { FaultSpec, LogEntry, SimulatorOptions } from '../../src/index.js'
import { getToken, identified, INTENTS, memoryClient, socketClient } from '../support/clients.js'
import type { WireClient } from '../support/wire-client.js'

const ADAPTERS: Readonly<Record<string, (options?: SimulatorOptions) => Promise<WireClient>>> = {
  'over sockets': socketClient,
  'in memory': memoryClient,
}

const isStrike = (entry: LogEntry): entry is FaultEntry => entry.kind === 'fault' && entry.change === 'struck'

const FAST: SimulatorOptions = { sessionStarts: { maxConcurrency: 100 }, seed: 3 }

describe.each(Object.entries(ADAPTERS))('SM-02 faults %s', (_name, make) => {
  const withClient = async (story: (client: WireClient, token: string) => Promise<void>): Promise<void> => {
    const client = await make(FAST)
    try {
      await story(client, await getToken(client))
    } finally {
      await client.close()
    }
  }

  const identify = (token: string): object => ({
    op: 2,
    d: { token: `QQBot ${token}`, intents: INTENTS, shard: [0, 1] },
  })

  it('SM-02 connections at once: drop, RST, close, op 7 with 4009, op 9', async () =>
    withClient(async (client, token) => {
      const { faults } = client.sim
      const next = async () => (await identified(client, token)).socket
      const dropped = await next()
      expect(faults.dropConnections()).toBe(1)
      expect((await dropped.untilEnd()).code).toBe(1006)
      const torn = await next()
      faults.resetConnections()
      expect((await torn.untilEnd()).code).toBe(1006)
      const closed = await next()
      faults.close(4009, 'Session timed out')
      expect(await closed.untilEnd()).toEqual({ code: 4009, reason: 'Session timed out' })
      const moved = await next()
      faults.reconnect({ thenClose: 4009, after: 1 })
      await moved.until(({ op }) => op === 7)
      await client.pass(5)
      expect((await moved.untilEnd()).code).toBe(4009)
      const invalid = await next()
      faults.invalidSession(true)
      expect(await invalid.until(({ op }) => op === 9)).toEqual({ op: 9, d: true })
    }))

  it('SM-02 half-open: frames are lost in both directions, and no side notices', async () =>
    withClient(async (client, token) => {
      const { socket } = await identified(client, token)
      const before = socket.frames.length
      client.sim.faults.halfOpen()
      client.sim.user('ann').say('lost')
      socket.send({ op: 1, d: 1 })
      await client.pass(30)
      expect(socket.frames).toHaveLength(before)
      expect(socket.ended).toBeNull()
      expect(client.sim.oracle.undelivered({ t: 'C2C_MESSAGE_CREATE' })).toHaveLength(1)
      socket.terminate()
      expect((await socket.untilEnd()).code).toBe(1006)
    }))

  it('SM-02 the handshake: no HELLO, wrong interval, no READY, READY then closed, 4902 on Resume', async () =>
    withClient(async (client, token) => {
      const { faults } = client.sim
      faults.add({ on: 'connect', do: { kind: 'ignore' } })
      const mute = await client.open()
      await client.pass(20)
      expect(mute.frames).toEqual([])
      for (const value of [0, -1, 'soon', null, 1e12]) {
        faults.add({ on: 'connect', do: { kind: 'interval', value } })
        const odd = await client.open()
        expect(await odd.until(({ op }) => op === 10)).toEqual({ op: 10, d: { heartbeat_interval: value } })
      }
      faults.add({ on: 'identify', do: { kind: 'ignore' } })
      const unready = await client.open()
      unready.send(identify(token))
      await client.pass(20)
      expect(unready.frames.map(({ op }) => op)).toEqual([10])
      faults.add({ on: 'identify', do: { kind: 'close', code: 4900, after: 1 } })
      const kicked = await client.open()
      kicked.send(identify(token))
      const ready = await kicked.until(({ t }) => t === 'READY')
      await client.pass(5)
      expect((await kicked.untilEnd()).code).toBe(4900)
      faults.add({ on: 'resume', do: { kind: 'close', code: 4902, reason: 'reset by resume' } })
      const resuming = await client.open()
      const { session_id: session } = ready.d as { session_id: string }
      resuming.send({ op: 6, d: { token: `QQBot ${token}`, session_id: session, seq: 1 } })
      expect(await resuming.untilEnd()).toEqual({ code: 4902, reason: 'reset by resume' })
    }))

  it('SM-02 a Resume: silence, late, RESUMED then kicked, refused', async () =>
    withClient(async (client, token) => {
      const { faults } = client.sim
      const { socket, session } = await identified(client, token)
      socket.terminate()
      const resume = async () => {
        const again = await client.open()
        again.send({ op: 6, d: { token: `QQBot ${token}`, session_id: session, seq: 1 } })
        return again
      }
      await client.pass(20)
      faults.add({ on: 'resume', do: { kind: 'ignore' } })
      const silent = await resume()
      await client.pass(20)
      expect(silent.frames.map(({ op }) => op)).toEqual([10])
      faults.add({ on: 'resume', do: { kind: 'delay', ms: 10 } })
      const late = await resume()
      await client.pass(40)
      await late.until(({ t }) => t === 'RESUMED')
      faults.add({ on: 'resume', do: { kind: 'close', code: 4900, after: 1 } })
      const kicked = await resume()
      await kicked.until(({ t }) => t === 'RESUMED')
      await client.pass(10)
      expect((await kicked.untilEnd()).code).toBe(4900)
      faults.add({ on: 'resume', do: { kind: 'invalid', d: false } })
      expect(await (await resume()).until(({ op }) => op === 9)).toEqual({ op: 9, d: false })
    }))

  it('SM-02 frames: no ACK, lost, doubled, delayed, reordered, garbage, cut, oversized, binary', async () =>
    withClient(async (client, token) => {
      const { sim } = client
      const { socket } = await identified(client, token)
      const events = (): readonly unknown[] => socket.frames.filter(({ op }) => op === 0).map(({ s }) => s)
      const strike = async (spec: FaultSpec): Promise<void> => {
        sim.faults.add(spec)
        sim.user('ann').say('x')
        await client.pass(20)
      }
      sim.faults.add({ on: 'heartbeat', do: { kind: 'ignore' } })
      socket.send({ op: 1, d: 1 })
      await client.pass(20)
      expect(socket.frames.some(({ op }) => op === 11)).toBe(false)
      await strike({ on: 'event', do: { kind: 'ignore' } })
      await strike({ on: 'event', do: { kind: 'duplicate' } })
      expect(events()).toEqual([1, 3, 3])
      await strike({ on: 'event', do: { kind: 'delay', ms: 1 } })
      await strike({ on: 'event', do: { kind: 'reorder' } })
      expect(events()).toEqual([1, 3, 3, 4])
      sim.user('ann').say('x')
      await socket.until(({ s }) => s === 5)
      expect(events()).toEqual([1, 3, 3, 4, 6, 5])
      await strike({ on: 'event', do: { kind: 'garbage' } })
      await strike({ on: 'event', do: { kind: 'truncate' } })
      await strike({ on: 'event', do: { kind: 'binary' } })
      expect(socket.rubbish).toHaveLength(3)
      expect(socket.rubbish[2]).toBeInstanceOf(Uint8Array)
      await strike({ on: 'event', do: { kind: 'oversize', bytes: 100_000 } })
      await socket.until(({ s }) => s === 10)
      await strike({ on: 'event', do: { kind: 'frame', frame: { op: 77 } } })
      await socket.until(({ op }) => op === 77)
    }))

  it('SM-02 gateway lookups: null, {}, wrong types, HTML, 5xx', async () =>
    withClient(async (client, token) => {
      const lookup = async (): Promise<readonly [number, string]> => {
        const { status, text } = await client.call('/gateway/bot', { token })
        return [status, text]
      }
      const on = { on: 'call', match: { route: 'gateway.bot' } } as const
      client.sim.faults.add({ ...on, do: { kind: 'answer', status: 200, body: null } })
      client.sim.faults.add({ ...on, do: { kind: 'answer', status: 200, body: {} } })
      const wrong = { url: 7, shards: 'many', session_start_limit: [] }
      client.sim.faults.add({ ...on, do: { kind: 'answer', status: 200, body: wrong } })
      client.sim.faults.add({ ...on, do: { kind: 'answer', status: 502, raw: '<html>', type: 'text/html' } })
      client.sim.faults.add({ ...on, do: { kind: 'answer', status: 503 } })
      expect(await lookup()).toEqual([200, 'null'])
      expect(await lookup()).toEqual([200, '{}'])
      expect(await lookup()).toEqual([200, JSON.stringify(wrong)])
      expect(await lookup()).toEqual([502, '<html>'])
      expect(await lookup()).toEqual([503, ''])
      expect((await lookup())[0]).toBe(200)
    }))

  it('SM-02 calls: error, 401, 429, hang, reset before, during and after executing', async () =>
    withClient(async (client, token) => {
      const { sim } = client
      const path = `/v2/users/${sim.user('ann').id}/messages`
      const send = async (signal?: AbortSignal) =>
        client.call(path, { method: 'POST', token, body: { content: 'x' }, ...(signal ? { signal } : {}) })
      const on = { on: 'call', match: { route: 'c2c.send' } } as const
      sim.faults.add({ ...on, do: { kind: 'error', code: 40034105 } })
      expect((await send()).json).toMatchObject({ err_code: 40034105 })
      sim.faults.add({ ...on, do: { kind: 'error', code: 11244 } })
      expect((await send()).status).toBe(401)
      sim.faults.add({
        ...on,
        do: { kind: 'answer', status: 429, headers: { 'retry-after': '2' }, body: { code: 22009 } },
      })
      expect(await send()).toMatchObject({ status: 429, headers: { 'retry-after': '2' } })
      expect(sim.oracle.executed('c2c.send')).toBe(0)
      sim.faults.add({ ...on, do: { kind: 'reset' } })
      await expect(send()).rejects.toBeInstanceOf(Error)
      expect(sim.oracle.executed('c2c.send')).toBe(0)
      sim.faults.add({ ...on, do: { kind: 'reset', when: 'during' } })
      await expect(send()).rejects.toBeInstanceOf(Error)
      sim.faults.add({ ...on, do: { kind: 'reset', when: 'after' } })
      await expect(send()).rejects.toBeInstanceOf(Error)
      expect(sim.oracle.executed('c2c.send')).toBe(2)
      sim.faults.add({ ...on, do: { kind: 'hang', when: 'after' } })
      const controller = new AbortController()
      const hanging = send(controller.signal)
      await client.pass(20)
      controller.abort()
      await expect(hanging).rejects.toBeInstanceOf(Error)
      await client.pass(20)
      expect(sim.oracle.executed('c2c.send')).toBe(3)
      expect(sim.log.of('message')).toHaveLength(3)
    }))

  it('SM-02 a refused, reset or hanging WebSocket handshake', async () =>
    withClient(async (client) => {
      client.sim.faults.add({ on: 'open', do: { kind: 'refuse', status: 503 } })
      expect((await (await client.open()).untilEnd()).code).toBe(1006)
      client.sim.faults.add({ on: 'open', do: { kind: 'reset' } })
      expect((await (await client.open()).untilEnd()).code).toBe(1006)
      client.sim.faults.add({ on: 'open', do: { kind: 'hang' } })
      const struck = client.sim.log.next(isStrike)
      const hanging = client.dial()
      await struck
      // Other connections succeed while this one waits for an answer.
      await (await client.open()).until(({ op }) => op === 10)
      expect([hanging.opened, hanging.ended]).toEqual([false, null])
      hanging.terminate()
      expect((await hanging.untilEnd()).code).toBe(1006)
    }))
})
