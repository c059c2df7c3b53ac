import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isMessageEvent, type MessageEventName } from '../../src/events/parse-message.js'
import { parseMessage } from '../support/parse-message.js'

/** Payloads as in §4.3 and §4.6. */
const c2c = {
  id: 'ROBOT1.0_tst.c2c.0001!',
  content: 'hello',
  timestamp: '2026-09-01T09:08:06+08:00',
  message_type: 0,
  author: { id: 'A1', user_openid: 'A1', union_openid: '', username: '', bot: false },
  message_scene: { source: 'default', ext: ['msg_idx=REFIDX_tst0001=='] },
  attachments: [
    {
      content_type: 'voice',
      filename: 'v.amr',
      size: 2048,
      url: 'https://multimedia.nt.qq.com.cn/download?fileid=tst',
      voice_wav_url: 'example.test/v.wav',
      asr_refer_text: 'hello',
    },
  ],
}
const group = {
  id: 'ROBOT1.0_tst.grp.0001',
  content: ' /ping ',
  timestamp: '2026-09-01T09:08:06+08:00',
  message_type: 103,
  group_id: 'B2',
  group_openid: 'B2',
  author: { id: 'C3', member_openid: 'C3', member_role: 'member', username: 'ann', bot: false },
  mentions: [
    { scope: 'single', is_you: true, bot: true, id: 'D4', member_openid: 'D4', username: 'tst-bot' },
    { scope: 'all' },
  ],
  message_scene: {
    source: 'default',
    ext: ['msg_idx=REFIDX_2==', 'auth_token=tst', 'ref_msg_idx=REFIDX_0=='],
  },
  msg_elements: [{ msg_idx: 'REFIDX_0==', message_type: 0, content: ' earlier text' }],
}
const channel = {
  id: '08aabbccdd',
  guild_id: '1800000000000000001',
  channel_id: '200001',
  content: '<@!1000000000000000001> a &lt; b',
  timestamp: '2026-09-01T09:08:08+08:00',
  author: { id: '1234', username: 'abc', avatar: 'https://example.test/a.png', bot: false },
  member: { nick: 'abc', roles: ['1'] },
  mentions: [{ id: '1000000000000000001', username: 'tst-bot', bot: true }],
  attachments: [{ url: 'gchat.qpic.cn/qmeetpic/0/0' }],
  message_reference: { message_id: '08aabb' },
}

describe('parseMessage', () => {
  it('BT-08 takes nothing for an escape where the platform makes none', () => {
    const content = 'write &lt;b&gt; &amp; so on'
    expect(parseMessage('C2C_MESSAGE_CREATE', { ...c2c, content })?.text).toBe(content)
    expect(parseMessage('GROUP_AT_MESSAGE_CREATE', { ...group, content })?.text).toBe(content)
  })

  it('reads a C2C message', () => {
    expect(parseMessage('C2C_MESSAGE_CREATE', c2c)).toMatchObject({
      scene: 'c2c',
      id: 'ROBOT1.0_tst.c2c.0001!',
      text: 'hello',
      userId: 'A1',
      target: { scene: 'c2c', id: 'A1' },
      author: { id: 'A1', name: '', bot: false, role: null },
      referenceId: 'REFIDX_tst0001==',
      sentAt: Date.UTC(2026, 8, 1, 1, 8, 6),
      quote: null,
      attachments: [
        {
          kind: 'voice',
          wavUrl: 'https://example.test/v.wav',
          transcript: 'hello',
          size: 2048,
          name: 'v.amr',
        },
      ],
    })
  })

  it('BT-08 a group message is parsed: text without blanks, mentions, quote, untouched raw', () => {
    const message = parseMessage('GROUP_AT_MESSAGE_CREATE', group)
    expect(message).toMatchObject({
      scene: 'group',
      text: '/ping',
      content: ' /ping ',
      groupId: 'B2',
      toMe: true,
      target: { scene: 'group', id: 'B2' },
      author: { id: 'C3', name: 'ann', role: 'member' },
      mentions: [
        { kind: 'user', id: 'D4', me: true, bot: true },
        { kind: 'everyone', id: null },
      ],
      quote: { id: 'REFIDX_0==', text: 'earlier text', attachments: [] },
    })
    expect(message?.raw).toBe(group)
  })

  it('knows a group message that is not for the bot, and one without the newer ids', () => {
    const { mentions: _m, group_openid: _g, ...old } = group
    expect(parseMessage('GROUP_MESSAGE_CREATE', old)).toMatchObject({ toMe: false, groupId: 'B2' })
    expect(parseMessage('GROUP_MESSAGE_CREATE', group)).toMatchObject({ toMe: true })
  })

  it('BT-08 reads a channel message: escapes decoded, scheme added', () => {
    expect(parseMessage('AT_MESSAGE_CREATE', channel)).toMatchObject({
      scene: 'channel',
      text: 'a < b',
      guildId: '1800000000000000001',
      channelId: '200001',
      toMe: true,
      target: { scene: 'channel', id: '200001' },
      author: { id: '1234', name: 'abc', avatar: 'https://example.test/a.png' },
      attachments: [{ kind: 'image', url: 'https://gchat.qpic.cn/qmeetpic/0/0' }],
      quote: { id: '08aabb', text: null },
    })
  })

  it('reads a direct message, whose guild id is the session to answer to', () => {
    const payload = { ...channel, guild_id: '77', src_guild_id: '1800', direct_message: true }
    expect(parseMessage('DIRECT_MESSAGE_CREATE', payload)).toMatchObject({
      scene: 'dm',
      sessionId: '77',
      sourceGuildId: '1800',
      target: { scene: 'dm', id: '77' },
    })
  })

  it.each([
    ['2026-09-01T09:08:06+08:00', Date.UTC(2026, 8, 1, 1, 8, 6)],
    ['2023-11-06 13:37:18.238 +0800 CST m=+12.3', Date.UTC(2023, 10, 6, 5, 37, 18, 238)],
    [1790000001, 1790000001000],
    ['1790000001', 1790000001000],
    ['yesterday', null],
    [{}, null],
  ])('takes the timestamp %j for %j', (timestamp, sentAt) => {
    expect(parseMessage('C2C_MESSAGE_CREATE', { ...c2c, timestamp })?.sentAt).toBe(sentAt)
  })

  it('gives null where an answer could not go anywhere', () => {
    expect(parseMessage('C2C_MESSAGE_CREATE', { id: '1', content: 'hi' })).toBeNull()
    expect(parseMessage('GROUP_AT_MESSAGE_CREATE', { group_openid: 'B2' })).toBeNull()
  })

  it('BT-09 never throws, whatever comes', () => {
    const names: MessageEventName[] = [
      'C2C_MESSAGE_CREATE',
      'GROUP_AT_MESSAGE_CREATE',
      'GROUP_MESSAGE_CREATE',
      'AT_MESSAGE_CREATE',
      'MESSAGE_CREATE',
      'DIRECT_MESSAGE_CREATE',
    ]
    const key = fc.constantFrom(...Object.keys(c2c), ...Object.keys(group), ...Object.keys(channel))
    const payload = fc.oneof(fc.anything(), fc.dictionary(key, fc.anything()))
    fc.assert(
      fc.property(fc.constantFrom(...names), payload, (name, d) => {
        const message = parseMessage(name, d)
        return message === null || (message.id !== '' && message.target.id !== '')
      }),
    )
  })

  it('knows a message event by its name only', () => {
    expect(isMessageEvent('C2C_MESSAGE_CREATE')).toBe(true)
    expect(isMessageEvent('toString')).toBe(false)
  })
})
