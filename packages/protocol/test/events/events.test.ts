import { describe, expect, expectTypeOf, it } from 'vitest'

import {
  type C2CMessagePayload,
  type DirectMessagePayload,
  type EventIntents,
  type EventOf,
  type EventPayloads,
  type GatewayEvent,
  type GroupMessagePayload,
  type GuildInteraction,
  type GuildMessagePayload,
  type IntentEventName,
  intentFacts,
  type InteractionPayload,
  type JoinRequest,
  type MessageAudit,
  type ReactionTargetType,
  type UnknownEvent,
  type WireEventName,
} from '../../src/index.js'

const idOf = (event: GatewayEvent): string => {
  if (event.t === 'C2C_MESSAGE_CREATE') {
    expectTypeOf(event.d).toEqualTypeOf<C2CMessagePayload>()
    return event.d.author.user_openid
  }
  if (event.t === 'GROUP_AT_MESSAGE_CREATE' || event.t === 'GROUP_MESSAGE_CREATE') {
    expectTypeOf(event.d).toEqualTypeOf<GroupMessagePayload>()
    return event.d.group_openid
  }
  if (event.t === 'AT_MESSAGE_CREATE' || event.t === 'MESSAGE_CREATE') {
    expectTypeOf(event.d).toEqualTypeOf<GuildMessagePayload>()
    return event.d.channel_id
  }
  if (event.t === 'DIRECT_MESSAGE_CREATE') {
    expectTypeOf(event.d).toEqualTypeOf<DirectMessagePayload>()
    return event.d.guild_id
  }
  if (event.t === 'GROUP_JOIN_REQUEST') {
    expectTypeOf(event.d).toEqualTypeOf<JoinRequest>()
    return event.d.join_request_id
  }
  if (event.t === 'MESSAGE_AUDIT_REJECT') {
    expectTypeOf(event.d).toEqualTypeOf<MessageAudit>()
    return event.d.audit_id
  }
  // Only a message that passed has an id for certain.
  if (event.t === 'MESSAGE_AUDIT_PASS') return event.d.message_id
  return event.t
}

describe('events', () => {
  it('narrow by name', () => {
    const event: GatewayEvent = {
      op: 0,
      s: 42,
      t: 'C2C_MESSAGE_CREATE',
      id: 'C2C_MESSAGE_CREATE:tst0001',
      d: {
        id: 'ROBOT1.0_tst.c2c.0001!',
        content: 'hello',
        timestamp: '2026-09-01T09:08:06+08:00',
        message_type: 0,
        author: { id: 'A1', user_openid: 'A1', union_openid: '', username: '', bot: false },
        message_scene: { source: 'default', ext: ['msg_idx=REFIDX_tst0001=='] },
        attachments: [
          { content_type: 'voice', filename: 'v.amr', size: 2048, url: 'https://example.test/v' },
        ],
      },
    }
    expect(idOf(event)).toBe('A1')
    expect(idOf({ op: 0, t: 'AUDIO_START', d: { guild_id: '1', channel_id: '2' } })).toBe('AUDIO_START')
  })

  it('refuse the payload of another event', () => {
    const wrong: GatewayEvent = {
      op: 0,
      t: 'FRIEND_ADD',
      // @ts-expect-error a friend has an openid, not a group
      d: { group_openid: 'B2', timestamp: 1 },
    }
    expect(wrong.t).toBe('FRIEND_ADD')
  })

  it('are selected by name', () => {
    expectTypeOf<EventOf<'GROUP_ADD_ROBOT'>['d']>().toEqualTypeOf<EventPayloads['GROUP_ADD_ROBOT']>()
    expectTypeOf<GatewayEvent['t']>().toEqualTypeOf<WireEventName>()
    expectTypeOf<GatewayEvent>().toExtend<UnknownEvent>()
  })

  it('are the events of all intents, READY and RESUMED', () => {
    expectTypeOf<WireEventName>().toEqualTypeOf<IntentEventName | 'READY' | 'RESUMED'>()
  })

  it('know their intent', () => {
    expectTypeOf<EventIntents['C2C_MESSAGE_CREATE']>().toEqualTypeOf<'GROUP_AND_C2C_EVENT'>()
    expectTypeOf<EventIntents['AT_MESSAGE_CREATE']>().toEqualTypeOf<'PUBLIC_GUILD_MESSAGES'>()
    expectTypeOf<EventIntents['GROUP_JOIN_REQUEST']>().toEqualTypeOf<'GROUP_MEMBER_EVENT'>()
    expectTypeOf<EventIntents['READY']>().toBeNever()
    expect(intentFacts.GROUP_AND_C2C_EVENT.events).toContain('C2C_MESSAGE_CREATE')
  })

  it('accept both readings of a reaction target', () => {
    expectTypeOf<0>().toExtend<ReactionTargetType>()
    expectTypeOf<'ReactionTargetType_COMMNENT'>().toExtend<ReactionTargetType>()
  })
})

describe('interactions', () => {
  const peer = (interaction: InteractionPayload): string | undefined => {
    if (interaction.scene === 'c2c') return interaction.user_openid
    if (interaction.scene === 'group') return interaction.group_member_openid
    expectTypeOf(interaction).toEqualTypeOf<GuildInteraction>()
    return interaction.data.resolved?.user_id
  }

  it('narrow by scene', () => {
    const base = { id: 'i', application_id: '1', type: 11, timestamp: '2026-09-01T09:08:07+08:00' } as const
    const data = { type: 11, resolved: { button_id: 'b1', button_data: 'buy:1', user_id: 'u' } } as const
    expect(peer({ ...base, data, scene: 'c2c', chat_type: 2, user_openid: 'A1' })).toBe('A1')
    expect(
      peer({ ...base, data, scene: 'group', chat_type: 1, group_openid: 'B2', group_member_openid: 'C3' }),
    ).toBe('C3')
    expect(peer({ ...base, data, scene: 'guild', chat_type: 0, guild_id: 'g', channel_id: 'c' })).toBe('u')
  })
})
