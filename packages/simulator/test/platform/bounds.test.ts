import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { defaultSettings } from '../../src/core/kernel/settings.js'
import { keepMessage } from '../../src/core/messages/keep.js'
import type { StoredMessage } from '../../src/core/messages/state.js'
import { createWorld } from '../../src/core/world/world.js'
import { LogBook } from '../../src/runtime/log-book.js'
import { onStage } from '../support/stage.js'

const message = (id: string, content: string): Omit<StoredMessage, 'size'> => ({
  id,
  bot: '1',
  direction: 'out',
  scene: 'c2c',
  peerId: 'A',
  peer: 'ann',
  authorId: '1',
  author: 'bot',
  content,
  at: 0,
  payload: { content },
  recalled: false,
  replyTo: null,
  refIdx: '',
})

describe('bounded memory', () => {
  it('SM-01 messages are bounded by number and by size; the newest is always there', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ id: fc.nat(20), length: fc.nat(60) }), { maxLength: 60 }), (sent) => {
        const world = createWorld({ ...defaultSettings, memory: 8, memorySize: 400 }, 0)
        for (const { id, length } of sent) {
          keepMessage(world, message(String(id), 'x'.repeat(length)))
          const kept = [...world.messages.values()]
          const size = kept.reduce((sum, each) => sum + each.size, 0)
          expect(world.messageSize).toBe(size)
          expect(kept.length).toBeLessThanOrEqual(8)
          expect(size).toBeLessThanOrEqual(400)
          expect(kept.at(-1)?.id).toBe(String(id))
        }
      }),
    )
  })

  it('SM-01 a message larger than the whole memory is kept alone', () => {
    const world = createWorld({ ...defaultSettings, memorySize: 10 }, 0)
    keepMessage(world, message('a', 'x'))
    keepMessage(world, message('b', 'xx'))
    expect([...world.messages.keys()]).toEqual(['b'])
  })

  it('SM-01 the log is bounded by number and by size, exactly and at every moment', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 80 }), (sizes) => {
        const book = new LogBook(10, 100)
        for (const [n, size] of sizes.entries()) {
          book.add(
            { kind: 'interaction', n, at: 0, bot: '1', id: '', code: 0, ms: 0, by: 'call', shown: null },
            size,
          )
          let tail = sizes.slice(0, n + 1)
          const fits = (): boolean => tail.length <= 10 && tail.reduce((sum, each) => sum + each, 0) <= 100
          while (tail.length > 1 && !fits()) tail = tail.slice(1)
          expect(book.entries().map((entry) => entry.n)).toEqual(
            tail.map((_, index) => n + 1 - tail.length + index),
          )
        }
      }),
    )
  })

  it('SM-01 messages of a client do not accumulate: log, memory and oracle drop the oldest', async () =>
    onStage(
      async ({ sim, post }) => {
        const path = `/v2/users/${sim.user('ann').id}/messages`
        const filler = 'x'.repeat(10_000)
        const said = Array.from({ length: 100 }, (_, n) => sim.user('ann').say(`${n}`))
        const sent: unknown[] = []
        for (const { id } of said)
          sent.push((await post(path, { content: 'pong', ark: { filler }, msg_id: id })).json?.['id'])
        expect(JSON.stringify(sim.log.entries()).length).toBeLessThan(250_000)
        expect(sim.log.entries().at(-1)).toMatchObject({ kind: 'call', status: 200 })
        const kept = said.filter(({ id }) => sim.oracle.replies(id).length > 0)
        expect(kept.length).toBeLessThanOrEqual(20)
        expect(kept.at(-1)).toBe(said.at(-1))
        expect(sim.oracle.executed('c2c.send')).toBe(100)
      },
      { limits: false, memorySize: 200_000, logSize: 200_000 },
    ))

  it('SM-01 unfinished streams are dropped', async () =>
    onStage(
      async ({ sim, post }) => {
        const path = `/v2/users/${sim.user('ann').id}/stream_messages`
        const open = async (): Promise<unknown> => {
          const said = sim.user('ann').say('go on')
          return (await post(path, { content_raw: 'x', input_state: 1, msg_id: said.id })).json?.['id']
        }
        const first = await open()
        const goOn = async (id: unknown) =>
          (await post(path, { content_raw: 'y', input_state: 1, stream_msg_id: id, index: 1 })).json
        expect(await goOn(first)).toMatchObject({ id: first })
        const others = [await open(), await open(), await open()]
        expect(await goOn(first)).toMatchObject({ code: 40034024 })
        expect(await goOn(others.at(-1))).toMatchObject({ id: others.at(-1) })
      },
      { memorySize: 3_000, textLimit: 1_000, live: { streamsPerUser: 'any' } },
    ))

  it('SM-01 sessions, events and entries stay within their limits', async () =>
    onStage(
      async ({ sim, post }) => {
        const path = `/v2/users/${sim.user('ann').id}/messages`
        for (let n = 0; n < 300; n += 1) {
          const { id } = sim.user('ann').say(`${n}`)
          await post(path, { content: 'x', msg_id: id })
          sim.user('ann').befriend()
        }
        expect(sim.log.entries().length).toBeLessThanOrEqual(100)
        expect(sim.snapshot().sessions[0]?.replayable).toBeLessThanOrEqual(20)
        expect(sim.oracle.events().length).toBeLessThanOrEqual(100)
      },
      { limits: false, memory: 50, logLimit: 100, replayLimit: 20, oracleLimit: 100 },
    ))
})
