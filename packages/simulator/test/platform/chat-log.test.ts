import { describe, expect, it } from 'vitest'

import type { MessageEntry } from '../../src/index.js'
import { onStage, type Stage } from '../support/stage.js'

const shown = ({ sim }: Stage): readonly unknown[] =>
  sim.log.of('message').map(({ direction, change, content }) => [direction, change, content])

const general = ({ sim }: Stage): string => `/channels/${sim.channel('general').id}/messages`

describe('messages in the log', () => {
  it('SM-01 are plain text where guilds escape it; frames and calls keep the wire format', async () =>
    onStage(async (stage) => {
      const { client, sim, socket, token, post } = stage
      const said = sim.channel('general').user('cat').say('1 < 2 & "so"')
      const event = await socket.until(({ t }) => t === 'AT_MESSAGE_CREATE')
      expect(event.d).toMatchObject({ content: expect.stringContaining('1 &lt; 2 &amp; "so"') as string })
      const wire = '&lt;b&gt; &amp;lt;'
      const sent = await post(general(stage), { content: wire, msg_id: said.id })
      expect(shown(stage)).toEqual([
        ['in', 'sent', '1 < 2 & "so"'],
        ['out', 'sent', '<b> &lt;'],
      ])
      expect(await sim.replyTo(said)).toMatchObject({ content: '<b> &lt;', payload: { content: wire } })
      expect(sent.json).toMatchObject({ content: wire })
      const read = await client.call(`${general(stage)}/${String(sent.json?.['id'])}`, { token })
      expect(read.json).toMatchObject({ message: { content: wire } })
      // Messages to users and groups are not unescaped.
      await post(`/v2/users/${sim.user('ann').id}/messages`, { content: wire })
      expect(shown(stage).at(-1)).toEqual(['out', 'sent', wire])
    }))

  it('SM-01 a message with an image has no content on the wire, and a placeholder in the log', async () =>
    onStage(async (stage) => {
      const sent = await stage.post(general(stage), { image: 'https://example.test/a.png' })
      expect(sent.json).toMatchObject({ content: '' })
      expect(shown(stage)).toEqual([['out', 'sent', '[media]']])
    }))

  it('SM-01 have events for edits', async () =>
    onStage(async (stage) => {
      const { client, token, post } = stage
      const { json } = await post(general(stage), { content: 'old', keyboard: { id: '1' } })
      const path = `${general(stage)}/${String(json?.['id'])}`
      await client.call(path, { method: 'PATCH', token, body: { content: 'new &lt;' } })
      expect(shown(stage)).toEqual([
        ['out', 'sent', 'old'],
        ['out', 'edited', 'new <'],
      ])
    }))

  it.each([true, false])('SM-01 have entries for a review and its result: passed %s', async (passed) =>
    onStage(
      async (stage) => {
        const { sim, socket, post } = stage
        const said = sim.channel('general').user('cat').say('hi')
        const held = await post(general(stage), { content: 'pong', msg_id: said.id })
        const [, entry] = sim.log.of('message')
        expect(entry).toMatchObject({ change: 'audit', content: 'pong', replyTo: said.id })
        expect(sim.oracle.replies(said.id)).toEqual([])
        const data = held.json?.['data'] as { readonly message_audit: { readonly audit_id: string } }
        sim.judgeAudit(data.message_audit.audit_id, passed)
        const verdict = await socket.until(({ t }) => t?.startsWith('MESSAGE_AUDIT') === true)
        const id = (verdict.d as { readonly message_id?: string }).message_id
        expect(id).toBe(passed ? entry?.id : undefined)
        const replies: readonly Partial<MessageEntry>[] = sim.oracle.replies(said.id)
        expect(replies.map((reply) => reply.id)).toEqual(passed ? [entry?.id] : [])
      },
      { audit: true },
    ),
  )
})

describe('streamed replies', () => {
  it('SM-01 are one reply, which is there when it is whole', async () =>
    onStage(async ({ sim, clock, post }) => {
      const ann = sim.user('ann')
      const said = ann.say('tell me')
      const path = `/v2/users/${ann.id}/stream_messages`
      const chunk = async (text: string, state: number, more: object) =>
        post(path, { content_raw: text, input_state: state, msg_id: said.id, ...more })
      const waiting = { reply: null as MessageEntry | null }
      void sim.replyTo(said).then((reply) => (waiting.reply = reply))
      const { json } = await chunk('Once', 1, {})
      await clock.settle()
      expect([waiting.reply, sim.oracle.replies(said.id).map(({ content }) => content)]).toEqual([
        null,
        ['Once'],
      ])
      await chunk(' upon', 10, { stream_msg_id: json?.['id'], index: 1 })
      await clock.settle()
      expect(waiting.reply).toMatchObject({ content: 'Once upon', change: 'streamed' })
      expect(await sim.replyTo(said)).toBe(waiting.reply)
      expect(sim.oracle.replies(said.id)).toHaveLength(1)
      expect(sim.log.of('message').map(({ change }) => change)).toEqual(['sent', 'streaming', 'streamed'])
    }))
})
