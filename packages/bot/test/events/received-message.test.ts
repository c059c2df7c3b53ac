import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { OwnIdentity } from '../../src/dispatch/self-identity.js'
import { fields } from '../../src/events/fields.js'
import { messageEvent, type MessageEventName, ReceivedMessage } from '../../src/events/parse-message.js'

const NAMES: readonly MessageEventName[] = [
  'C2C_MESSAGE_CREATE',
  'GROUP_AT_MESSAGE_CREATE',
  'GROUP_MESSAGE_CREATE',
  'AT_MESSAGE_CREATE',
  'MESSAGE_CREATE',
  'DIRECT_MESSAGE_CREATE',
]

const SCENES = ['c2c', 'group', 'group', 'channel', 'channel', 'dm'] as const

/** Few ids, so that mentions, authors and texts meet those of the bot. */
const id = fc.constantFrom('me', 'me too', 'ann', '')
const mention = fc.record(
  { id, member_openid: id, user_openid: id, username: fc.constantFrom('bot', ''), is_you: fc.boolean() },
  { requiredKeys: [] },
)
const payload = fc.record(
  {
    id: fc.constantFrom('M', ''),
    content: fc.constantFrom('hi', '  <@me> hi ', '@bot hi', '<@!ann> a &lt; b <faceType=1,ext="">', '　'),
    timestamp: fc.constantFrom('2026-09-01T09:08:06+08:00', 'soon', 7),
    author: fc.record({ id, member_openid: id, user_openid: id, bot: fc.boolean() }, { requiredKeys: [] }),
    mentions: fc.oneof(fc.array(mention, { maxLength: 3 }), fc.constantFrom('x', [null])),
    group_openid: id,
    guild_id: id,
    channel_id: id,
    message_scene: fc.record({ ext: fc.constantFrom(['msg_idx=1'], ['ref_msg_idx=2'], 'x') }),
  },
  { requiredKeys: [] },
)

const PARTS = ['text', 'author', 'mentions', 'toMe', 'sentAt', 'whole', 'isFromSelf', 'isFromBot'] as const
const learned = (...ids: readonly string[]): OwnIdentity => {
  const own = new OwnIdentity()
  for (const id of ids) own.learn(id)
  return own
}

describe('ReceivedMessage', () => {
  it('BT-36 property: its parts, in any order and after more ids were learned, are those of a message read at once', () => {
    const order = fc.shuffledSubarray([...PARTS], { minLength: PARTS.length })
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), payload, order, fc.boolean(), (name, d, parts, knows) => {
        const own = knows ? learned('me') : learned()
        const received = new ReceivedMessage(messageEvent(name)!, fields(d), own.now)
        own.learn('me too')
        own.learn('me')
        const read = new Map(parts.map((part) => [part, received[part]]))
        const twin = new ReceivedMessage(messageEvent(name)!, fields(d), new Set(knows ? ['me'] : []))
        const { whole } = twin
        const { text, author, mentions, sentAt } = whole
        expect(Object.fromEntries(read)).toEqual({
          whole,
          text,
          author,
          mentions,
          sentAt,
          toMe: 'toMe' in whole ? whole.toMe : true,
          isFromSelf: knows && author.id === 'me',
          isFromBot: author.bot,
        })
        expect(received.target).toEqual(whole.target)
      }),
      { numRuns: 1000 },
    )
  })

  it('BT-36 is one object for a handler, however often it is asked for', () => {
    const received = new ReceivedMessage(messageEvent('C2C_MESSAGE_CREATE')!, { id: 'M' }, new Set())
    expect(received.whole).toBe(received.whole)
    expect(received.whole.author).toBe(received.author)
  })

  it('BT-36 property: the names of messages are known, in any order and also to one that asks twice', () => {
    const name = fc.constantFrom<(string | null | undefined)[]>(
      ...NAMES,
      'READY',
      'toString',
      '',
      null,
      undefined,
    )
    fc.assert(
      fc.property(fc.array(name), (names) => {
        for (const one of names)
          expect(messageEvent(one)?.scene).toBe(SCENES[NAMES.indexOf(one as MessageEventName)])
      }),
    )
  })
})
