import { describe, expect, it } from 'vitest'

import { onStage, type Stage } from '../support/stage.js'

const TOO_LONG = { status: 400, json: { err_code: 40054007, message: '消息过长' } }
const TEN_MEGABYTES = 'x'.repeat(10_000_000)

const userPath = ({ sim }: Stage): string => `/v2/users/${sim.user('ann').id}/messages`

const PATHS: Readonly<Record<string, (stage: Stage) => string>> = {
  c2c: userPath,
  group: ({ sim }) => `/v2/groups/${sim.group('room').id}/messages`,
  channel: ({ sim }) => `/channels/${sim.channel('general').id}/messages`,
  dm: ({ sim }) => `/dms/${sim.dm('dan').id}/messages`,
}

describe('messages that are too long', () => {
  it.each(Object.entries(PATHS))(
    'SM-03 %s: text, markdown and bodies of 10 MB are refused',
    async (_n, path) =>
      onStage(
        async (stage) => {
          const send = async (body: object): Promise<unknown> => stage.post(path(stage), body)
          expect(await send({ content: TEN_MEGABYTES })).toMatchObject(TOO_LONG)
          expect(await send({ msg_type: 2, markdown: { content: TEN_MEGABYTES } })).toMatchObject(TOO_LONG)
          expect(await send({ content: 'short', ark: { kv: TEN_MEGABYTES } })).toMatchObject(TOO_LONG)
          expect(await send({ content: 'x'.repeat(20_001) })).toMatchObject(TOO_LONG)
          expect(stage.sim.log.of('message')).toEqual([])
          expect(await send({ content: 'x'.repeat(20_000) })).toMatchObject({ status: 200 })
        },
        { limits: false },
      ),
  )

  it('SM-03 the size of a form includes its texts, not its files', async () =>
    onStage(async (stage) => {
      const send = async (content: string): Promise<unknown> => {
        const form = new FormData()
        form.set('content', 'picture')
        form.set('embed', JSON.stringify({ title: content }))
        form.set('file_image', new Blob(['x'.repeat(1_000_000)]), 'a.png')
        const encoded = new Response(form)
        return stage.client.call(PATHS['channel']?.(stage) ?? '', {
          method: 'POST',
          token: stage.token,
          headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
          body: new Uint8Array(await encoded.arrayBuffer()),
        })
      }
      expect(await send('short')).toMatchObject({ status: 200 })
      expect(await send('x'.repeat(1_000_000))).toMatchObject(TOO_LONG)
    }))

  it('SM-03 an edit has the same limit', async () =>
    onStage(async (stage) => {
      const path = PATHS['channel']?.(stage) ?? ''
      const sent = await stage.post(path, { content: 'old', keyboard: { id: '1' } })
      const edit = async (body: object): Promise<unknown> =>
        stage.client.call(`${path}/${String(sent.json?.['id'])}`, {
          method: 'PATCH',
          token: stage.token,
          body,
        })
      expect(await edit({ content: TEN_MEGABYTES })).toMatchObject(TOO_LONG)
      expect(await edit({ keyboard: { id: TEN_MEGABYTES } })).toMatchObject(TOO_LONG)
      expect(await edit({ content: 'new' })).toMatchObject({ status: 200, json: { content: 'new' } })
    }))

  it('SM-03 a stream may not grow beyond it', async () =>
    onStage(async (stage) => {
      const said = stage.sim.user('ann').say('go on')
      const path = userPath(stage).replace(/messages$/, 'stream_messages')
      const append = async (text: string, more: object = {}) =>
        stage.post(path, { content_raw: text, input_state: 1, msg_id: said.id, ...more })
      expect(await append(TEN_MEGABYTES)).toMatchObject(TOO_LONG)
      const id = (await append('x'.repeat(12_000))).json?.['id']
      expect(await append('x'.repeat(12_000), { stream_msg_id: id, index: 1 })).toMatchObject(TOO_LONG)
      expect(await append('x'.repeat(8_000), { stream_msg_id: id, index: 1 })).toMatchObject({ status: 200 })
    }))

  it('SM-03 the limits can be set', async () =>
    onStage(
      async (stage) => {
        expect(await stage.post(userPath(stage), { content: '12345' })).toMatchObject({ status: 200 })
        expect(await stage.post(userPath(stage), { content: '123456' })).toMatchObject(TOO_LONG)
        expect(
          await stage.post(userPath(stage), { content: '1', keyboard: { id: 'x'.repeat(99) } }),
        ).toMatchObject(TOO_LONG)
      },
      { textLimit: 5, messageLimit: 100 },
    ))
})
