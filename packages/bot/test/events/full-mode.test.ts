import { describe, expect, it } from 'vitest'

import type { MessageContext } from '../../src/index.js'
import { delivery } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

/** Groups of which the bot receives all messages: its own @ stays in the text there (§4.3). */

const ME = { scope: 'single', is_you: true, bot: true, id: 'D4', member_openid: 'D4', username: 'tst-bot' }
const EVE = { scope: 'single', is_you: false, id: 'C9', member_openid: 'C9', username: 'eve' }

let serial = 0
const said = (content: string, mentions: unknown = [ME, EVE], t = 'GROUP_MESSAGE_CREATE') =>
  delivery(t, {
    id: `M${(serial += 1)}`,
    content,
    group_openid: 'B2',
    author: { id: 'C3', member_openid: 'C3', username: 'ann' },
    mentions,
  })

/** What a bot with a command makes of messages. */
const heard = async (...deliveries: readonly ReturnType<typeof said>[]) => {
  const stage = new Stage()
  const commands: (readonly string[])[] = []
  const messages: MessageContext<'group'>[] = []
  stage.handlers.on('message', null, async (ctx, next) => {
    messages.push(ctx as MessageContext<'group'>)
    await next()
  })
  stage.handlers.command({ name: 'ping' }, (ctx) => void commands.push(ctx.args))
  for (const one of deliveries) stage.intake.deliver(one)
  await stage.intake.idle()
  return {
    commands,
    messages,
    texts: messages.map(({ text }) => text),
    toMe: messages.map(({ message }) => message.toMe),
  }
}

describe('BT-15 a group message with the own mention in it', () => {
  it.each([
    ['<@D4> /ping', '/ping', []],
    ['<@!D4> /ping', '/ping', []],
    ['/ping <@D4>', '/ping', []],
    ['/ping <@D4> a b', '/ping a b', ['a', 'b']],
    ['/ping a<@D4>b', '/ping a b', ['a', 'b']],
    ['<@C9> /ping x', '/ping x', ['x']],
    ['<@C9> <@D4>\u00A0/ping x', '/ping x', ['x']],
    ['\u2005<@D4>\n/ping', '/ping', []],
    ['@tst-bot /ping x', '/ping x', ['x']],
    ['/ping @tst-bot x', '/ping x', ['x']],
    ['<qqbot-at-user id="D4" /> /ping', '/ping', []],
    [' /ping ', '/ping', []],
  ])('%j is the command %j', async (content, text, args) => {
    const event = said(content)
    const { commands, messages, texts, toMe } = await heard(event)
    expect([texts, commands, toMe]).toEqual([[text], [args], [true]])
    expect([messages[0]?.raw, messages[0]?.message.content]).toEqual([event.frame.d, content])
  })

  it('is not for the bot where others are named', async () => {
    const { toMe, texts } = await heard(said('<@C9> hello', [EVE]), said('hello all', [{ scope: 'all' }]))
    expect([texts, toMe]).toEqual([
      ['hello', 'hello all'],
      [false, false],
    ])
  })

  it('is recognised by an id of an earlier mention, also where no mention is marked or listed', async () => {
    const { is_you: _, ...unmarked } = ME
    const { toMe } = await heard(
      said('<@D4> too early', [unmarked]),
      said('<@D4> hi'),
      said('<@D4> unmarked', [unmarked]),
      said('<@D4> unlisted', undefined),
      said('<@!D4> unlisted', null),
      said('D4 untagged', []),
      said('<@C9> other', [EVE]),
    )
    expect(toMe).toEqual([false, true, true, true, true, false, false])
  })

  it.each([[[null]], [{}], ['x'], [[{}]], [[{ is_you: true }]], [[{ scope: 'all', is_you: false }]]])(
    'bears mentions like %j',
    async (mentions) => {
      const { texts } = await heard(said('<@D4> hi', mentions))
      expect(texts).toEqual(['hi'])
    },
  )

  it('remembers only so many ids as its own', async () => {
    const many = Array.from({ length: 1500 }, (_, n) =>
      said('hi', [{ ...ME, id: `D${n}x`, member_openid: `D${n}x` }]),
    )
    const first = said('<@D0x> hi', [{ id: 'D0x' }])
    const last = said('<@D1499x> hi', [{ id: 'D1499x' }])
    const stage = new Stage({ limits: { concurrency: 10, waiting: 2000, onFull: () => 'drop-newest' } })
    const seen: boolean[] = []
    stage.handlers.on('message', null, (ctx) => void seen.push((ctx as MessageContext<'group'>).message.toMe))
    for (const one of [...many, first, last]) stage.intake.deliver(one)
    await stage.intake.idle()
    expect(seen.slice(-2)).toEqual([false, true])
  })
})
