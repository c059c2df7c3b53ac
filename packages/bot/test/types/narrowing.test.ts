import { describe, expectTypeOf, it } from 'vitest'

import type { GroupRobotChange } from '@qqkit/protocol'
import * as v from 'valibot'

import { asking, type Asking } from '../../src/asking/index.js'
import { ButtonRows, Composer } from '../../src/composer/index.js'
import {
  type Bot,
  scene,
  type Context,
  type Interaction,
  type Message,
  type MessageContext,
} from '../../src/index.js'
import { session } from '../../src/middleware/index.js'

type C2cMessage = Extract<Message, { scene: 'c2c' }>
type GroupMessage = Extract<Message, { scene: 'group' }>

// Never run: what matters is that the compiler agrees.
const register = (bot: Bot): void => {
  bot.on('message', (ctx) => {
    expectTypeOf(ctx.message).toEqualTypeOf<Message>()
    expectTypeOf(ctx.text).toBeString()
    void bot.send(ctx.target, 'a message has a place')
    if (ctx.scene === 'group') expectTypeOf(ctx.message.groupId).toBeString()
    // @ts-expect-error -- only group messages have it
    void ctx.message.groupId
  })

  bot.on('message', scene('group'), (ctx) => {
    expectTypeOf(ctx).toEqualTypeOf<MessageContext<'group'>>()
    expectTypeOf(ctx.message).toEqualTypeOf<GroupMessage>()
    expectTypeOf(ctx.target.scene).toEqualTypeOf<'group'>()
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
    // @ts-expect-error -- the place of a click may be unknown
    void bot.send(ctx.target, 'hi')
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

  bot.hears(/a/, (ctx) => expectTypeOf(ctx.match).toEqualTypeOf<RegExpExecArray>())
  bot.button('a', (ctx) => expectTypeOf(ctx.match).toEqualTypeOf<RegExpExecArray>())
  bot.command('a', (ctx) => expectTypeOf(ctx.params).toEqualTypeOf<Readonly<Record<string, unknown>>>())
  const args = v.object({ n: v.pipe(v.string(), v.transform(Number)) })
  bot.command('a', { usage: '<n>', args }, (ctx) => {
    expectTypeOf(ctx.params.n).toBeNumber()
    expectTypeOf(ctx.message).toEqualTypeOf<Message>()
    // @ts-expect-error -- the schema has no such argument
    expectTypeOf(ctx.params.m).toBeNumber()
  })
  // @ts-expect-error -- a command that is taken back by its name
  bot.off('a')

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

const rely = (bot: Bot): void => {
  const relying = new Composer<{ readonly user: string }>()
  relying.command('me', (ctx) => ctx.reply(ctx.user))
  relying
    .extend(() => ({ more: 1 }))
    .filter(scene('group'))
    .command('we', (ctx) => ctx.reply(ctx.user))
  const rows = new ButtonRows<{ readonly user: string }>().callback('Me', 'me', (ctx) => ctx.reply(ctx.user))
  const users = new Composer().extend(async () => ({ user: 'ann' }))
  users.use(relying, rows)
  bot.use(users)
  bot.use(asking()).use(new Composer<Asking>())
  // @ts-expect-error -- nothing adds a user to the contexts of the bot
  bot.use(relying)
  // @ts-expect-error -- nor does it for its buttons
  bot.use(rows)
  // @ts-expect-error -- what was added after it is not there for it
  bot.use(relying.extend(() => ({ more: 1 })))
  // @ts-expect-error -- the user is something else here
  new Composer().extend(() => ({ user: 1 })).use(relying)
}

const compose = (): void => {
  const feature = new Composer()
    .extend({ chat: session({ initial: () => ({ turns: 0 }) }) })
    .extend(async (ctx) => ({ isGroup: ctx.target?.scene === 'group' }))
    .extend((ctx) => ({ double: expectTypeOf(ctx.isGroup).toBeBoolean() }))
  feature.on('message', (ctx) => {
    expectTypeOf(ctx.chat.turns).toBeNumber()
    expectTypeOf(ctx.isGroup).toBeBoolean()
    // @ts-expect-error -- nothing adds it
    void ctx.other
  })
  feature.on('message', scene('group'), (ctx) => {
    expectTypeOf(ctx.message).toEqualTypeOf<GroupMessage>()
    expectTypeOf(ctx.chat.turns).toBeNumber()
  })
  feature.command('a', { usage: '<n>', args: v.object({ n: v.string() }) }, (ctx) => {
    expectTypeOf(ctx.params.n).toBeString()
    expectTypeOf(ctx.chat.turns).toBeNumber()
  })
  feature.button(/a/, (ctx) => {
    expectTypeOf(ctx.match).toEqualTypeOf<RegExpExecArray>()
    expectTypeOf(ctx.chat.turns).toBeNumber()
  })
  feature.use((ctx, next) => {
    expectTypeOf(ctx.chat.turns).toBeNumber()
    return next()
  })
  feature.filter(scene('group')).command('a', (ctx) => {
    expectTypeOf(ctx.message).toEqualTypeOf<GroupMessage>()
    expectTypeOf(ctx.chat.turns).toBeNumber()
  })
  feature.filter('message', scene('c2c')).hears('a', (ctx) => {
    expectTypeOf(ctx.message).toEqualTypeOf<C2cMessage>()
    expectTypeOf(ctx.chat.turns).toBeNumber()
  })
  feature.filter((ctx) => ctx.isGroup).on('FRIEND_ADD', (ctx) => expectTypeOf(ctx.chat.turns).toBeNumber())
  feature
    .filter('message', (ctx) => ctx.chat.turns > 1)
    .hears('a', (ctx) => expectTypeOf(ctx.isGroup).toBeBoolean())
  feature.on(
    'message',
    (ctx) => ctx.chat.turns > 1,
    (ctx) => expectTypeOf(ctx.isGroup).toBeBoolean(),
  )
  feature
    .filter((ctx: Context): ctx is MessageContext => ctx.event === 'message')
    .on('message', (ctx) => {
      expectTypeOf(ctx.text).toBeString()
      expectTypeOf(ctx.isGroup).toBeBoolean()
    })
  // @ts-expect-error -- there is no such event
  feature.filter('mesage')
  new Composer<{ readonly user: string }>().on('message', (ctx) => expectTypeOf(ctx.user).toBeString())
}

describe('types', () => {
  it('narrow contexts by event name, scene and filter', () => {
    expectTypeOf(register).toBeFunction()
    expectTypeOf(compose).toBeFunction()
    expectTypeOf(rely).toBeFunction()
  })
})
