import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import type { FaultMoment } from '../../src/core/kernel/faults.js'
import type { FaultEntry } from '../../src/core/kernel/log-entry.js'
import type { CallAction, CallEntry, LogEntry, SimulatorOptions } from '../../src/index.js'
import { getToken, memoryClient, socketClient } from '../support/clients.js'
import type { WireAnswer, WireClient } from '../support/wire-client.js'

/** A manual clock over sockets too, so that a busy machine does not change the order. */
const ADAPTERS: Readonly<Record<string, (options?: SimulatorOptions) => Promise<WireClient>>> = {
  'over sockets': async (options) => socketClient({ clock: new ManualClock(), ...options }),
  'in memory': memoryClient,
}

const TAKES = 20

/** The kinds of call faults that depend on the moment of execution. */
const KINDS: Readonly<Record<string, CallAction>> = {
  '401': { kind: 'error', code: 11244 },
  '429': { kind: 'answer', status: 429, body: { code: 22009 } },
  '5xx': { kind: 'answer', status: 502, raw: '<html>', type: 'text/html' },
  hang: { kind: 'hang' },
  reset: { kind: 'reset' },
}

const MOMENTS: readonly FaultMoment[] = ['before', 'during', 'after']

const COMBINATIONS = Object.keys(KINDS).flatMap((kind) => MOMENTS.map((when) => [kind, when] as const))

const STATUS: Readonly<Record<string, number>> = { '401': 401, '429': 429, '5xx': 502 }

const isCall = (entry: LogEntry): entry is CallEntry => entry.kind === 'call' && entry.fault !== null
const isStruck = (entry: LogEntry): entry is FaultEntry => entry.kind === 'fault' && entry.change === 'struck'

describe.each(Object.entries(ADAPTERS))('SM-02 the moment of a fault, %s', (_name, make) => {
  interface Sending {
    readonly client: WireClient
    /** Sends the same reply on each call. */
    readonly send: (signal?: AbortSignal) => Promise<WireAnswer>
    readonly executed: () => number
  }

  const sending = async (story: (sending: Sending) => Promise<void>): Promise<void> => {
    const client = await make({ seed: 5 })
    try {
      const token = await getToken(client)
      const ann = client.sim.user('ann')
      const said = ann.say('hi')
      await story({
        client,
        send: async (signal) =>
          client.call(`/v2/users/${ann.id}/messages`, {
            method: 'POST',
            token,
            body: { content: 'pong', msg_id: said.id, msg_seq: 1 },
            ...(signal ? { signal } : {}),
          }),
        executed: () => client.sim.oracle.executed('c2c.send'),
      })
    } finally {
      await client.close()
    }
  }

  it.each(COMBINATIONS)('SM-02 %s %s executing', async (kind, when) =>
    sending(async ({ client, send, executed }) => {
      const { sim } = client
      const answers = kind in STATUS
      sim.faults.add({
        on: 'call',
        match: { route: 'c2c.send' },
        do: { ...KINDS[kind], when, ...(answers && when === 'during' ? { takes: TAKES } : {}) } as CallAction,
      })
      const struck = sim.log.next(isStruck)
      const logged = sim.log.next(isCall)
      const giveUp = new AbortController()
      const outcome = send(giveUp.signal).then(
        ({ status }) => status,
        () => 'broken',
      )
      await struck
      if (!answers) giveUp.abort()
      expect(await outcome).toBe(STATUS[kind] ?? 'broken')
      await client.pass(2 * TAKES)
      await logged
      expect(executed()).toBe(when === 'before' ? 0 : 1)
      expect(sim.oracle.replies(sim.log.of('message')[0]?.id ?? '')).toHaveLength(when === 'before' ? 0 : 1)
      // A call is executed only once.
      const again = await send()
      expect(again.json?.['code'] ?? again.status).toBe(when === 'before' ? 200 : 40054005)
      expect(executed()).toBe(1)
      expect(sim.log.of('fault').filter(({ change }) => change === 'struck')).toHaveLength(1)
    }),
  )

  it('SM-02 a hang during the answer: head and half of the body, and then nothing', async () =>
    sending(async ({ client, send }) => {
      client.sim.faults.add({ on: 'call', do: { kind: 'hang', when: 'during' } })
      const giveUp = new AbortController()
      const outcome = { settled: false }
      const struck = client.sim.log.next(isStruck)
      const call = send(giveUp.signal).finally(() => (outcome.settled = true))
      const failure = expect(call).rejects.toBeInstanceOf(Error)
      await struck
      await client.pass(30)
      expect(outcome.settled).toBe(false)
      const logged = client.sim.log.next(isCall)
      giveUp.abort()
      await failure
      expect(await logged).toMatchObject({ status: 0, executed: true })
    }))

  it('SM-02 a repeat during the execution of the first call is the one that counts', async () =>
    sending(async ({ client, send, executed }) => {
      const { sim } = client
      sim.faults.add({ on: 'call', do: { kind: 'answer', status: 504, when: 'during', takes: 60 } })
      expect((await send()).status).toBe(504)
      expect(executed()).toBe(0)
      expect((await send()).status).toBe(200)
      await client.pass(100)
      expect(executed()).toBe(1)
      expect(sim.oracle.doubledReplies()).toEqual([])
      expect(sim.log.of('call').filter(({ route }) => route === 'c2c.send')).toMatchObject([
        { status: 200, executed: true },
        { status: 504, executed: false },
      ])
    }))

  it('SM-02 a delay before executing: an aborted call is still executed', async () =>
    sending(async ({ client, send, executed }) => {
      client.sim.faults.add({ on: 'call', do: { kind: 'delay', ms: 200, when: 'before' } })
      const giveUp = new AbortController()
      const struck = client.sim.log.next(isStruck)
      const failure = expect(send(giveUp.signal)).rejects.toBeInstanceOf(Error)
      await struck
      giveUp.abort()
      await failure
      // After a round trip the platform has noticed.
      await client.call('/gateway')
      expect(executed()).toBe(0)
      await client.pass(300)
      expect(executed()).toBe(1)
      expect(client.sim.log.of('call').at(-1)).toMatchObject({ status: 0, executed: true })
    }))

  it('SM-02 a delayed answer comes, whenever the call was executed', async () =>
    sending(async ({ client, send }) => {
      for (const when of ['before', 'after'] as const) {
        client.sim.faults.add({ on: 'call', do: { kind: 'delay', ms: 20, when } })
        const struck = client.sim.log.next(isStruck)
        const answer = send()
        await struck
        await client.pass(60)
        expect((await answer).status).toBe(when === 'before' ? 200 : 400)
      }
    }))
})
