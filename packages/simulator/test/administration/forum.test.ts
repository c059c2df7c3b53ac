import { describe, expect, it } from 'vitest'

import type { SimulatorOptions } from '../../src/index.js'
import { listIn } from '../support/answers.js'
import { inGuild, nowText, type GuildStage } from '../support/guild-stage.js'
import type { WireSocket } from '../support/wire-client.js'

const FORUMS = 2 ** 28
const OPEN_FORUMS = 2 ** 18

const rich = (text: string): string =>
  JSON.stringify({ paragraphs: [{ elems: [{ type: 1, text: { text } }], props: {} }] })

type ForumStage = GuildStage & { readonly ears: WireSocket }

/** A forum channel, and a connection with the intents of forums. */
const inForum = async (
  story: (stage: ForumStage) => Promise<void>,
  options: SimulatorOptions = {},
): Promise<void> =>
  inGuild(async (stage) => {
    stage.sim.channel('forum').create('owner', { type: 10_007 })
    await stage.clock.advance(6_000)
    const ears = await stage.client.open()
    await ears.until(({ op }) => op === 10)
    const open = options.bot?.privateDomain === false
    const intents = OPEN_FORUMS + (open ? 0 : FORUMS)
    ears.send({ op: 2, d: { token: `QQBot ${stage.token}`, intents, shard: [0, 1] } })
    await ears.until(({ t }) => t === 'READY')
    await story({ ...stage, ears })
  }, options)

const namesOf = ({ frames }: WireSocket): readonly unknown[] =>
  frames.filter(({ op, t }) => op === 0 && t !== 'READY').map(({ t }) => t)

describe('forums (§5.11, §4.10)', () => {
  it('SM-01 the bot publishes a thread, and gets the result of its review', async () =>
    inForum(async (stage) => {
      const { call, in: path, sim, ears, clock } = stage
      const bot = String((await call('GET', '/users/@me')).json?.['id'])
      const published = await call('PUT', path('forum', '/threads'), {
        title: 'Hello',
        content: 'one',
        format: 1,
      })
      expect(published.json).toEqual({
        task_id: expect.stringMatching(/^[0-9a-f]{24}$/),
        create_time: String(Math.floor(clock.wall() / 1000)),
      })
      const place = { guild_id: sim.guild().id, channel_id: sim.channel('forum').id, author_id: bot }
      const created = await ears.until(({ t }) => t === 'FORUM_THREAD_CREATE')
      const info = {
        thread_id: expect.stringMatching(/^B_[0-9a-f]{16}X60-\d+$/),
        title: rich('Hello'),
        content: rich('one'),
        date_time: nowText(stage),
      }
      expect(created.d).toEqual({ ...place, thread_info: info })
      expect((await ears.until(({ t }) => t === 'OPEN_FORUM_THREAD_CREATE')).d).toEqual(place)
      const review = await ears.until(({ t }) => t === 'FORUM_PUBLISH_AUDIT_RESULT')
      expect(review.d).toMatchObject({ ...place, type: 1, result: 0, task_id: published.json?.['task_id'] })

      const listed = await call('GET', path('forum', '/threads'))
      const thread = { ...place, thread_info: { ...info, title: 'Hello' } }
      expect(listed.json).toEqual({ threads: [thread], is_finish: 1 })
      const { thread_info } = listIn(listed, 'threads')[0] as {
        readonly thread_info: { readonly thread_id: string }
      }
      const at = path('forum', `/threads/${thread_info.thread_id}`)
      expect((await call('GET', at)).json).toEqual({ thread })
      expect(await call('DELETE', at)).toMatchObject({ status: 204, text: '' })
      expect((await ears.until(({ t }) => t === 'FORUM_THREAD_DELETE')).d).toMatchObject({
        thread_info: info,
      })
      for (const method of ['GET', 'DELETE'])
        expect((await call(method, at)).json).toMatchObject({ code: 503012 })
    }))

  it('SM-01 threads are rich text: one paragraph per line, or the bot’s own', async () =>
    inForum(async ({ call, in: path }) => {
      const publish = async (content: string, format: number) =>
        call('PUT', path('forum', '/threads'), { title: 't', content, format })
      await publish('one\ntwo', 3)
      await publish(rich('mine'), 4)
      const contents = listIn(await call('GET', path('forum', '/threads')), 'threads').map(
        ({ thread_info }) => (thread_info as { readonly content: string }).content,
      )
      expect(contents[0]).toBe(rich('mine'))
      expect(JSON.parse(contents[1] ?? '')).toMatchObject({
        paragraphs: [{ elems: [{ text: { text: 'one' } }] }, { elems: [{ text: { text: 'two' } }] }],
      })
    }))

  it('SM-01 people publish, change, comment, reply and delete, and the bot gets events and answers', async () =>
    inForum(async (stage) => {
      const { call, post, in: path, sim, id, ears, clock } = stage
      const ann = sim.channel('forum').user('ann')
      const thread = ann.publishThread('A question', 'How?')
      const comment = sim.channel('forum').user('bob').comment(thread.id, 'Like this')
      const reply = ann.replyTo(thread.id, comment.id, 'Thanks')
      ann.changeThread(thread.id, 'A question (answered)', 'How?')
      await clock.settle()
      expect(namesOf(ears)).toEqual([
        'FORUM_THREAD_CREATE',
        'OPEN_FORUM_THREAD_CREATE',
        'FORUM_POST_CREATE',
        'OPEN_FORUM_POST_CREATE',
        'FORUM_REPLY_CREATE',
        'OPEN_FORUM_REPLY_CREATE',
        'FORUM_THREAD_UPDATE',
        'OPEN_FORUM_THREAD_UPDATE',
      ])
      const newestOf = (t: string) => ears.frames.findLast((frame) => frame.t === t)?.d
      expect(newestOf('FORUM_POST_CREATE')).toEqual({
        guild_id: sim.guild().id,
        channel_id: sim.channel('forum').id,
        author_id: id('bob'),
        post_info: {
          thread_id: thread.id,
          post_id: comment.id,
          content: rich('Like this'),
          date_time: nowText(stage),
        },
      })
      expect(newestOf('FORUM_REPLY_CREATE')).toMatchObject({
        reply_info: {
          thread_id: thread.id,
          post_id: comment.id,
          reply_id: reply.id,
          content: rich('Thanks'),
        },
      })
      expect(newestOf('FORUM_THREAD_UPDATE')).toMatchObject({
        thread_info: { title: rich('A question (answered)') },
      })
      const answer = { content: 'I saw that', event_id: thread.eventId }
      expect((await post(path('forum', '/messages'), answer)).status).toBe(200)

      const said = await post(path('forum', `/threads/${thread.id}/comment`), {
        thread_author: id('ann'),
        content: 'me too',
      })
      expect(said).toMatchObject({ status: 200, json: {} })
      await clock.settle()
      expect(newestOf('FORUM_POST_CREATE')).toMatchObject({ post_info: { content: rich('me too') } })
      ann.deleteThread(thread.id)
      await clock.settle()
      expect(namesOf(ears).slice(-2)).toEqual(['FORUM_THREAD_DELETE', 'OPEN_FORUM_THREAD_DELETE'])
      expect((await call('GET', path('forum', `/threads/${thread.id}`))).json).toMatchObject({ code: 503012 })
      expect(() => ann.comment(thread.id, 'x')).toThrow(/no thread/)
      expect(() => sim.channel('general').user('ann').publishThread('x', 'y')).toThrow(/not a forum/)
    }))

  it('SM-01 public bots get bare events only, and their calls are refused (11253)', async () =>
    inForum(
      async ({ call, in: path, sim, ears, clock }) => {
        sim.channel('forum').user('ann').publishThread('A question', 'How?')
        await clock.settle()
        expect(namesOf(ears)).toEqual(['OPEN_FORUM_THREAD_CREATE'])
        for (const [method, rest] of [
          ['GET', ''],
          ['PUT', ''],
          ['GET', '/x'],
          ['DELETE', '/x'],
          ['POST', '/x/comment'],
        ] as const) {
          const body = method === 'PUT' || method === 'POST' ? {} : undefined
          expect((await call(method, path('forum', `/threads${rest}`), body)).json).toMatchObject({
            code: 11253,
          })
        }
      },
      { bot: { privateDomain: false } },
    ))
})

describe('SM-03 forums (§5.11) refuse', () => {
  const good = { title: 'Hello', content: 'one', format: 1 }

  it.each([
    ['no title', { ...good, title: undefined }, 503005],
    ['an empty title', { ...good, title: '' }, 503005],
    ['a long title', { ...good, title: 'x'.repeat(1_025) }, 503020],
    ['no content', { ...good, content: '' }, 503006],
    ['long content', { ...good, content: 'x'.repeat(20_001) }, 503017],
    ['another format', { ...good, format: 5 }, 503015],
    ['JSON that is none', { ...good, format: 4, content: '{' }, 503014],
    ['JSON that is no rich text', { ...good, format: 4, content: '[]' }, 503015],
  ])('%s', async (_what, body, code) =>
    inForum(async ({ call, in: path }) => {
      expect(await call('PUT', path('forum', '/threads'), body)).toMatchObject({
        status: 400,
        json: { code },
      })
    }),
  )

  it('channels that are no forum, malformed ids, and wrong comments', async () =>
    inForum(async ({ call, post, in: path, sim, id }) => {
      expect((await call('GET', path('general', '/threads'))).json).toMatchObject({ code: 503003 })
      expect((await call('GET', '/channels/1/threads')).json).toMatchObject({ code: 503003 })
      expect((await call('GET', path('forum', '/threads/x'))).json).toMatchObject({ code: 503009 })
      const thread = sim.channel('forum').user('ann').publishThread('A question', 'How?').id
      const comment = async (body: object) =>
        (await post(path('forum', `/threads/${thread}/comment`), body)).json?.['code']
      expect(await comment({ content: 'x' })).toBe(12002)
      expect(await comment({ thread_author: id('ann') })).toBe(503006)
      expect(await comment({ thread_author: id('bob'), content: 'x' })).toBe(503009)
      expect(await comment({ thread_author: id('ann'), content: 'x'.repeat(20_001) })).toBe(503017)
      sim.guild().setBotRole('member')
      expect((await call('DELETE', path('forum', `/threads/${thread}`))).json).toMatchObject({ code: 11282 })
    }))
})
