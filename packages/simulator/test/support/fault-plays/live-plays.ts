import { expect } from 'vitest'

import type { FaultStage } from '../fault-stage.js'
import type { WireAnswer } from '../wire-client.js'
import { answered, broken, pathTo, reply, send, SENT } from './calls.js'
import type { Play } from './play.js'

type Ask = (stage: FaultStage) => Promise<WireAnswer>

const refusedWith = (status: number, code: number, more: object = {}): object => ({
  status,
  json: { code, err_code: code, trace_id: expect.any(String) as string, ...more },
})

const markdown: Ask = async (stage) =>
  send(stage, { msg_type: 2, markdown: { content: '# hi' }, msg_id: stage.sim.user('ann').say('hi').id })

const typing: Ask = async (stage) =>
  send(stage, {
    msg_type: 6,
    input_notify: { input_type: 1, input_second: 10 },
    msg_id: stage.sim.user('ann').say('hi').id,
  })

const uploadOf =
  (source: object): Ask =>
  async (stage) =>
    stage.post(`${pathTo(stage)}/files`, { file_type: 1, ...source })
const byUrl = uploadOf({ url: 'https://example.test/a.png' })
const byData = uploadOf({ file_data: 'QUJD' })

/** The one frame of a stream. */
const frame: Ask = async (stage) =>
  stage.post(`${pathTo(stage)}/stream_messages`, {
    input_state: 10,
    content_raw: 'hi',
    msg_id: stage.sim.user('ann').say('hi').id,
  })

const OK = { status: 200 }

/** A fault with a `match` lets other calls pass before it strikes. */
const after =
  (spared: Ask, play: Play): Play =>
  async (stage) => {
    expect((await spared(stage)).status).toBe(200)
    await play(stage)
  }

/** Refusals that live bots saw (§2.9), and faults of streams (§5.4.1). */
export const livePlays: Readonly<Record<string, Play>> = {
  'openid-foreign': answered(send, refusedWith(500, 11255, { message: 'invalid request' }), SENT),
  'markdown-reply-refused': after(
    reply,
    answered(markdown, refusedWith(500, 304041, { message: 'reply message not allow markdown' }), SENT),
  ),
  'typing-refused': after(
    reply,
    answered(typing, refusedWith(500, 50059, { message: 'input type err' }), OK),
  ),
  'media-format-refused': answered(byUrl, refusedWith(500, 850019), OK),
  'reply-limit-in-words': after(
    send,
    answered(reply, { status: 500, json: { message: 'reply msg exceed limit' } }, SENT),
  ),
  'stream-prefix-changed': answered(
    frame,
    { status: 404, json: { code: 40007, err_code: 40113003, message: '已经提交的消息内容不可修改' } },
    OK,
  ),
  'stream-index-stuck': answered(
    frame,
    { status: 404, json: { code: 40006, err_code: 40113002, message: '请求参数index需要递增' } },
    OK,
  ),
  'media-url-format-refused': after(
    byData,
    answered(byUrl, refusedWith(400, 850019, { message: '富媒体文件格式不支持' }), OK),
  ),
  'replies-used-up': after(
    send,
    answered(reply, refusedWith(400, 22009, { message: 'msg limit exceed' }), SENT),
  ),
  'recall-refused': async (stage) => {
    const id = String((await send(stage)).json?.['id'])
    const recall = async (): Promise<WireAnswer> =>
      stage.call(`${pathTo(stage)}/messages/${encodeURIComponent(id)}`, { method: 'DELETE' })
    expect(await recall()).toMatchObject(refusedWith(400, 40061001))
    expect(await recall()).toMatchObject(OK)
  },
  'send-duplicate': answered(send, refusedWith(400, 40054005), SENT),
  'anchor-unknown': after(send, answered(reply, refusedWith(400, 40034024), SENT)),
  'upload-too-big': answered(
    byData,
    {
      status: 413,
      json: null,
      text: expect.stringContaining('<html>') as string,
      headers: { 'content-type': 'text/html' },
    },
    OK,
  ),
  'stream-busy': answered(frame, refusedWith(400, 40034021, { message: '其它流式消息发送中' }), OK),
  'stream-too-fast': answered(frame, refusedWith(429, 50002), OK),
  'stream-answer-lost': async (stage) => {
    const lost: Play = broken(async ({ client, token, sim }, signal) =>
      client.call(`${pathTo(stage)}/stream_messages`, {
        method: 'POST',
        token,
        body: { input_state: 1, content_raw: 'hi', msg_id: sim.user('ann').say('hi').id },
        signal,
      }),
    )
    await lost(stage)
    expect(stage.sim.oracle.executed('c2c.stream')).toBe(1)
    expect(stage.sim.log.of('message').at(-1)).toMatchObject({ content: 'hi', change: 'streaming' })
  },
}
