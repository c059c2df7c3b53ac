import { describe, expect, expectTypeOf, it } from 'vitest'

import {
  type BodyOf,
  type C2CMessageRequest,
  type EmptyAnswer,
  type Endpoint,
  type GatewayBot,
  type GroupMessageRequest,
  InteractionCode,
  MessageType,
  type QueryOf,
  type ResponseOf,
  type SentOpenidMessage,
  type UploadAnswer,
  type UploadPrepareAnswer,
} from '../../src/index.js'
import { documentedEndpoints } from '../support/documented-endpoints.js'

describe('the endpoints', () => {
  it('are exactly the rows of §5', () => {
    expectTypeOf<Endpoint>().toEqualTypeOf<(typeof documentedEndpoints)[number]>()
    expect(new Set(documentedEndpoints).size).toBe(documentedEndpoints.length)
  })

  it('have body, query and response', () => {
    expectTypeOf<BodyOf<'POST /v2/users/{user_openid}/messages'>>().toEqualTypeOf<C2CMessageRequest>()
    expectTypeOf<ResponseOf<'POST /v2/users/{user_openid}/messages'>>().toEqualTypeOf<SentOpenidMessage>()
    expectTypeOf<ResponseOf<'GET /gateway/bot'>>().toEqualTypeOf<GatewayBot>()
    expectTypeOf<ResponseOf<'POST /v2/groups/{group_openid}/files'>>().toEqualTypeOf<UploadAnswer>()
    expectTypeOf<BodyOf<'GET /gateway/bot'>>().toEqualTypeOf<undefined>()
    expectTypeOf<QueryOf<'GET /gateway/bot'>>().toEqualTypeOf<undefined>()
    expectTypeOf<QueryOf<'GET /users/@me/guilds'>['limit']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<ResponseOf<'PUT /interactions/{interaction_id}'>>().toEqualTypeOf<EmptyAnswer>()
  })
})

describe('requests', () => {
  it('accept the examples of the reference', () => {
    const markdown: C2CMessageRequest = {
      msg_type: MessageType.Markdown,
      markdown: { content: '# Title\n\ntext' },
      keyboard: {
        content: {
          rows: [
            {
              buttons: [
                {
                  id: 'b1',
                  render_data: { label: 'Go', visited_label: 'Done', style: 1 },
                  action: { type: 1, data: 'go', permission: { type: 2 }, unsupport_tips: 'update QQ' },
                },
              ],
            },
          ],
        },
      },
      msg_id: 'ROBOT1.0_tst',
      msg_seq: 2,
    }
    expectTypeOf(markdown).toExtend<GroupMessageRequest>()
  })

  it('refuse C2C fields in a group', () => {
    // @ts-expect-error is_wakeup is for C2C only
    const request: GroupMessageRequest = { content: 'hi', is_wakeup: true }
    expect(request).toBeDefined()
  })

  it('refuse a message type that does not exist', () => {
    // @ts-expect-error there is no type 5
    const request: C2CMessageRequest = { msg_type: 5 }
    expect(request).toBeDefined()
  })
})

describe('answers', () => {
  it('accept every reading of a conflict', () => {
    expectTypeOf<1790000001>().toExtend<SentOpenidMessage['timestamp']>()
    expectTypeOf<'2026-09-01T09:08:09+08:00'>().toExtend<SentOpenidMessage['timestamp']>()
    const nested: UploadPrepareAnswer = {
      upload_id: 'u',
      block_size: '10485760',
      parts: [{ index: 0, presigned_url: 'https://cos.example.test/p0', block_size: '10485760' }],
      upload_config: { concurrency: 1, retry_timeout: 300, retry_delay: 1 },
    }
    const flat: UploadPrepareAnswer = { upload_id: 'u', block_size: 10485760, parts: [], concurrency: 1 }
    expect([nested, flat]).toHaveLength(2)
  })

  it('have the codes of an acknowledgement', () => {
    expect(InteractionCode).toEqual({
      Ok: 0,
      Failed: 1,
      TooFrequent: 2,
      Repeated: 3,
      NoPermission: 4,
      AdminOnly: 5,
    })
  })
})
