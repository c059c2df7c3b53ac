import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import type { TickAnswer } from '../src/queue/event-queue.js'
import { Membership } from '../src/worker/membership.js'

const LEASE = 15_000

const open = () => {
  const clock = new ManualClock()
  const link = { lives: 1, isOpen: true }
  /** What the server says next, and what happens before it says it. */
  const server = {
    lost: [] as number[],
    tick: { kind: 'kept', workers: 1 } as TickAnswer,
    before: (): void => {},
  }
  const calls: string[] = []
  const membership = new Membership({
    connection: link,
    queue: {
      join: async (_name, token) => {
        calls.push(`join ${token}`)
        return { workers: 1, lost: server.lost }
      },
      tick: async (token, { ttl, reap }) => {
        calls.push(`tick ${token} ${ttl}${reap ? ' reap' : ''}`)
        server.before()
        return server.tick
      },
    },
    clock,
    lease: LEASE,
    name: 'w',
  })
  return { clock, link, server, calls, membership }
}

describe('RD-08 the lease of a worker', () => {
  it('RD-08 begins with a join, each under a token of its own, which says what others own', async () => {
    const { link, server, membership } = open()
    expect([membership.isMember, membership.mayAct, membership.renewIn]).toEqual([false, false, 0])
    const [a, b] = [
      { conversation: 'a', id: '1' },
      { conversation: 'b', id: '2' },
    ]
    expect(await membership.join([])).toEqual(new Set())
    const first = membership.token
    expect([membership.isMember, membership.mayAct, membership.renewIn]).toEqual([true, true, LEASE / 3])
    link.lives = 2
    expect(membership.isMember).toBe(false)
    server.lost = [1]
    expect(await membership.join([a, b])).toEqual(new Set([b]))
    expect(membership.isMember).toBe(true)
    expect(membership.token).not.toBe(first)
  })

  it('RD-08 is renewed under its token, and frees events of others only when it is as old as a lease', async () => {
    const { clock, calls, membership } = open()
    await membership.join([])
    await clock.advance(LEASE / 3)
    expect(membership.renewIn).toBe(0)
    await membership.renew()
    expect(membership.renewIn).toBe(LEASE / 3)
    await clock.advance(LEASE)
    expect(membership.mayAct).toBe(false)
    await membership.renew()
    expect(membership.mayAct).toBe(true)
    expect(calls).toEqual(['join w:1', `tick w:1 ${LEASE}`, `tick w:1 ${LEASE} reap`])
  })

  it('RD-08 a doubt that arises during a renewal is not forgotten, nor stops the first join', async () => {
    const { calls, server, membership } = open()
    membership.doubt()
    await membership.join([])
    server.before = () => membership.doubt()
    await membership.renew()
    expect([membership.isMember, membership.renewIn]).toEqual([false, 0])
    await membership.renew()
    await membership.leave()
    expect(calls).toHaveLength(2)
    server.before = () => {}
    server.tick = { kind: 'gone' }
    await membership.join([])
    await membership.renew()
    expect(membership.isMember).toBe(false)
  })

  it('RD-08 ends at once when it is left', async () => {
    const { calls, membership } = open()
    await membership.join([])
    await membership.leave()
    expect(calls).toEqual(['join w:1', 'tick w:1 0'])
  })
})
