import { ManualClock } from '@qqkit/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { createMemorySimulator } from '../../src/index.js'
import { compare, type PublishedEvent } from '../../src/oracle/delivery-report.js'
import { TimeSeries } from '../../src/oracle/observations.js'
import { onStage } from '../support/stage.js'

const published = (...ids: readonly string[]): readonly PublishedEvent[] =>
  ids.map((id) => ({ id, conversation: id[0] ?? '' }))

describe('the delivery report of the oracle', () => {
  it.each([
    ['all is well', ['a1', 'b1', 'a2'], {}],
    ['another order of conversations is fine', ['b1', 'a1', 'a2'], {}],
    ['one was lost', ['a1', 'a2'], { lost: ['b1'] }],
    ['one was doubled', ['a1', 'b1', 'a2', 'a1'], { doubled: ['a1'] }],
    ['order within a conversation was broken', ['a2', 'a1', 'b1'], { reordered: ['a1'] }],
    ['one was invented', ['a1', 'b1', 'a2', 'x'], { invented: ['x'] }],
  ])('SM-01 %s', (_what, handled, difference) => {
    const verdict = { lost: [], doubled: [], reordered: [], invented: [], ...difference }
    expect(compare(published('a1', 'b1', 'a2'), handled)).toEqual(verdict)
  })

  it('SM-01 events handled in order give a clean report, and every omission is listed', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-c][0-9]{1,3}$/), { minLength: 1 })
    fc.assert(
      fc.property(ids, fc.nat(), (all, at) => {
        const events = published(...all)
        expect(compare(events, all)).toEqual({ lost: [], doubled: [], reordered: [], invented: [] })
        const missing = all[at % all.length] ?? ''
        expect(
          compare(
            events,
            all.filter((id) => id !== missing),
          ).lost,
        ).toEqual([missing])
      }),
    )
  })

  it('SM-01 the largest number in any window equals a naive count', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000)), fc.integer({ min: 1, max: 300 }), (times, ms) => {
        const sorted = times.toSorted((a, b) => a - b)
        const moments = new TimeSeries(10_000)
        for (const at of sorted) moments.add(at)
        const counted = sorted.map((from) => sorted.filter((at) => at >= from && at < from + ms).length)
        expect(moments.most(ms)).toBe(Math.max(0, ...counted))
      }),
    )
  })
})

describe('the oracle on a stage', () => {
  it('SM-01 counts sends, acknowledgements, executions, refusals and replies', async () =>
    onStage(async ({ sim, clock, socket, session, post }) => {
      const path = `/v2/users/${sim.user('ann').id}/messages`
      const said = sim.user('ann').say('hi')
      await socket.until(({ s }) => s === 2)
      socket.send({ op: 1, d: 2 })
      await clock.settle()
      expect(sim.oracle.acknowledged(session)).toBe(2)
      await post(path, { content: 'pong', msg_id: said.id })
      await post(path, { content: 'pong', msg_id: said.id })
      await post(path, { content: 'pong', msg_id: said.id, msg_seq: 2 })
      expect(sim.oracle.executed('c2c.send')).toBe(2)
      expect(sim.oracle.refused(40054005)).toBe(1)
      expect(sim.oracle.replies(said.id).map(({ content }) => content)).toEqual(['pong', 'pong'])
      expect(sim.oracle.doubledReplies()).toHaveLength(1)
      expect(sim.oracle.events({ t: 'C2C_MESSAGE_CREATE' })).toMatchObject([
        { id: said.eventId, sent: 1, copies: 1 },
      ])
      expect([
        sim.oracle.count('connect'),
        sim.oracle.count('identify'),
        sim.oracle.most('send', 1_000),
      ]).toEqual([1, 1, 3])
      expect(sim.oracle.judge([said.eventId])).toMatchObject({ lost: [], doubled: [] })
    }))

  it('SM-01 finds proactive repetitions of a delivered reply', async () =>
    onStage(async ({ sim, post }) => {
      const [ann, bob] = [sim.user('ann'), sim.user('bob')]
      const to = ({ id }: { readonly id: string }): string => `/v2/users/${id}/messages`
      await post(to(ann), { content: 'before' })
      const said = ann.say('hi')
      for (const [index, content] of ['before', 'pong', 'other'].entries())
        await post(to(ann), { content, msg_id: said.id, msg_seq: index + 1 })
      await post(to(bob), { content: 'pong' })
      expect(sim.oracle.repeatedProactively()).toEqual([])
      await post(to(ann), { content: 'pong' })
      expect(sim.oracle.repeatedProactively()).toMatchObject([{ content: 'pong', peerId: ann.id }])
      expect(sim.oracle.doubledReplies()).toEqual([])
    }))

  it('SM-01 an event for a lost connection is undelivered until it is replayed', async () =>
    onStage(async ({ client, sim, clock, socket, session, token }) => {
      socket.terminate()
      await clock.settle()
      sim.user('ann').say('hi')
      expect(sim.oracle.undelivered()).toHaveLength(1)
      const again = await client.open()
      again.send({ op: 6, d: { token: `QQBot ${token}`, session_id: session, seq: 1 } })
      await again.until(({ t }) => t === 'RESUMED')
      expect(sim.oracle.undelivered()).toEqual([])
    }))

  it('SM-01 waits for a reply, finds an existing one, and ends on abort or close', async () =>
    onStage(async ({ sim, post }) => {
      const path = `/v2/users/${sim.user('ann').id}/messages`
      const said = sim.user('ann').say('hi')
      const waiting = sim.replyTo(said)
      await post(path, { content: 'pong', msg_id: said.id })
      expect(await waiting).toMatchObject({ content: 'pong' })
      expect(await sim.replyTo(said)).toMatchObject({ content: 'pong' })
      const controller = new AbortController()
      const aborted = sim.replyTo(sim.user('ann').say('?'), { signal: controller.signal })
      controller.abort(new Error('enough'))
      await expect(aborted).rejects.toThrow('enough')
      const closed = sim.replyTo(sim.user('ann').say('?'))
      const refused = expect(closed).rejects.toThrow('closed before')
      await sim.close()
      await refused
    }))

  it('SM-13 fails at once, with advice, when the event was published to nobody, and after its limit otherwise', async () => {
    const sim = createMemorySimulator({ clock: new ManualClock() })
    await expect(sim.replyTo(sim.user('ann').say('ping'))).rejects.toMatchObject({
      code: 'unheard',
      advice: { en: expect.stringContaining('bot.ready()'), zh: expect.stringContaining('bot.ready()') },
    })
    await sim.close()
    await onStage(async (stage) => {
      const waiting = stage.sim.replyTo(stage.sim.user('ann').say('ping'), { timeout: 10 })
      await expect(waiting).rejects.toMatchObject({
        code: 'no_reply',
        message: 'the bot did not reply within 10 ms',
      })
    })
  })
})
