import { describe, expectTypeOf, it } from 'vitest'

import type { GroupRobotChange } from '@qqkit/protocol'

import {
  type Bot,
  scene,
  type Context,
  type Interaction,
  type Message,
  type MessageContext,
} from '../../src/index.js'

type C2cMessage = Extract<Message, { scene: 'c2c' }>
type GroupMessage = Extract<Message, { scene: 'group' }>

// Never run: what matters is that the compiler agrees.
const register = (bot: Bot): void => {
  bot.on('message', (ctx) => {
    expectTypeOf(ctx.message).toEqualTypeOf<Message>()
    expectTypeOf(ctx.text).toBeString()
    if (ctx.scene === 'group') expectTypeOf(ctx.message.groupId).toBeString()
    // @ts-expect-error -- only group messages have it
    void ctx.message.groupId
  })

  bot.on('message', scene('group'), (ctx) => {
    expectTypeOf(ctx).toEqualTypeOf<MessageContext<'group'>>()
    expectTypeOf(ctx.message).toEqualTypeOf<GroupMessage>()
  })

  bot.on('message', scene('c2c', 'group'), (ctx) => {
    expectTypeOf(ctx.message).toEqualTypeOf<C2cMessage | GroupMessage>()
  })

  bot.on(
    'message',
    (ctx): ctx is MessageContext<'c2c'> => ctx.scene === 'c2c',
    (ctx) => expectTypeOf(ctx.message.userId).toBeString(),
  )

  bot.on('interaction', (ctx) => {
    expectTypeOf(ctx.interaction).toEqualTypeOf<Interaction>()
    void ctx.ack(4)
    // @ts-expect-error -- there is no such code
    void ctx.ack(6)
  })

  bot.on('GROUP_ADD_ROBOT', (ctx) => {
    expectTypeOf(ctx.event).toEqualTypeOf<'GROUP_ADD_ROBOT'>()
    expectTypeOf(ctx.payload).toEqualTypeOf<Readonly<GroupRobotChange>>()
  })

  bot.on('raw', (ctx) => {
    expectTypeOf(ctx).toEqualTypeOf<Context>()
    if (ctx.event === 'message') expectTypeOf(ctx.text).toBeString()
    if (ctx.event === 'FRIEND_ADD') expectTypeOf(ctx.payload.openid).toBeString()
    if (ctx.event === 'unknown') expectTypeOf(ctx.raw).toBeUnknown()
  })

  bot.on('READY', (ctx) => expectTypeOf(ctx.payload.session_id).toBeString())

  bot.on('message', async (ctx) => {
    const result = await ctx.reply('hi')
    expectTypeOf(result.kind).toEqualTypeOf<'sent' | 'duplicate' | 'audit' | 'parked'>()
    if (result.kind === 'parked') expectTypeOf(result.expiresAt).toBeNumber()
    await ctx.recall(result)
    await ctx.recall(ctx.message)
    expectTypeOf(await ctx.typing()).toBeBoolean()
    // @ts-expect-error -- an emoji is a text, or type and id
    await ctx.react(277)
  })

  // @ts-expect-error -- messages are handled as 'message'
  bot.on('C2C_MESSAGE_CREATE', () => {})
  // @ts-expect-error -- there is no such event
  bot.on('mesage', () => {})
}

describe('types', () => {
  it('narrow contexts by event name, scene and filter', () => {
    expectTypeOf(register).toBeFunction()
  })
})
