import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { parseInteraction } from '../../src/events/interaction.js'

/** As in §4.5. */
const press = {
  id: '11111111-aaaa-4bbb-8ccc-000000000001',
  application_id: '102000001',
  type: 11,
  scene: 'group',
  chat_type: 1,
  timestamp: '2026-09-01T09:08:07+08:00',
  group_openid: 'B2',
  group_member_openid: 'C3',
  data: { type: 11, resolved: { button_id: 'b1', button_data: 'buy:1' } },
}
const { group_openid: _g, group_member_openid: _m, scene: _s, chat_type: _c, ...nowhere } = press

describe('parseInteraction', () => {
  it('reads a press in a group', () => {
    expect(parseInteraction(press)).toEqual({
      id: '11111111-aaaa-4bbb-8ccc-000000000001',
      type: 11,
      kind: 'button',
      scene: 'group',
      target: { scene: 'group', id: 'B2' },
      userId: 'C3',
      guildId: null,
      buttonId: 'b1',
      data: 'buy:1',
      messageId: null,
      sentAt: Date.UTC(2026, 8, 1, 1, 8, 7),
      needsAck: true,
      raw: press,
    })
  })

  it.each([
    ['C2C', { scene: 'c2c', chat_type: 2, user_openid: 'A1' }, { scene: 'c2c', id: 'A1' }, 'A1'],
    [
      'a channel',
      {
        scene: 'guild',
        chat_type: 0,
        guild_id: '1800',
        channel_id: '2',
        data: { resolved: { user_id: '7' } },
      },
      { scene: 'channel', id: '2' },
      '7',
    ],
    [
      'a direct message',
      {
        scene: 'guild',
        chat_type: 0,
        guild_id: '77',
        channel_id: '77',
        data: { resoloved: { user_id: '7' } },
      },
      { scene: 'dm', id: '77' },
      '7',
    ],
    // Some values of both are disputed: the ids alone tell.
    ['a channel by its ids', { chat_type: 3, channel_id: '2' }, { scene: 'channel', id: '2' }, ''],
    ['C2C by its ids', { user_openid: 'A1' }, { scene: 'c2c', id: 'A1' }, 'A1'],
    ['a group that is not named', { scene: 'group', user_openid: 'A1' }, null, 'A1'],
    ['nowhere', {}, null, ''],
  ])('knows that it happened in %s', (_where, place, target, userId) => {
    expect(parseInteraction({ ...nowhere, ...place })).toMatchObject({ target, userId })
  })

  it.each([
    [11, 'button', true],
    [12, 'menu', true],
    [13, 'feedback', false],
    [14, 'session_cleared', false],
    [20, 'authorize', false],
    [2001, 'other', false],
  ])('knows type %i as %s, to be acknowledged: %s', (type, kind, needsAck) => {
    expect(parseInteraction({ ...press, type })).toMatchObject({ kind, needsAck })
  })

  it('BT-09 never throws, whatever comes', () => {
    const key = fc.constantFrom(...Object.keys(press))
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(key, fc.anything())), (payload) => {
        const interaction = parseInteraction(payload)
        return interaction === null || interaction.id !== ''
      }),
    )
  })
})
