/** What the types of asking add. */
import { describe, expectTypeOf, it } from 'vitest'

import { asking, type Answer, type Asking, type ChoiceAnswer } from '../../src/asking/index.js'
import { Composer } from '../../src/composer/index.js'
import type { Bot, MessageContext } from '../../src/index.js'
import { session } from '../../src/middleware/index.js'

declare const bot: Bot

/** Never run: its calls are for the compiler. */
export const calls = (): void => {
  const chat = bot.use(asking())
  chat.on('message', async (ctx) => {
    const answer = await ctx.ask('Which city?', { accept: (one) => one.text !== '' })
    const { choice } = await answer.choose('Delete?', ['yes', 'no'])
    expectTypeOf(choice).toEqualTypeOf<'yes' | 'no'>()
    const named = await ctx.choose('Delete?', { gone: 'Delete it', kept: 'Keep it' })
    expectTypeOf(named.choice).toEqualTypeOf<'gone' | 'kept'>()
    // @ts-expect-error A click is read as a choice, not as a text.
    await ctx.choose('Delete?', ['yes'], { accept: () => true })
    // @ts-expect-error Nobody answers later than a number says.
    await ctx.ask('Which city?', { timeout: 'never' })
  })
  chat.command('weather', async (ctx) => (await ctx.ask('Which city?')).reply('Sunny.'))
  chat.button('tea', async (ctx) => (await ctx.ask('Sugar?')).text)
  chat.help().catch(() => {})
  void chat.start()
  // @ts-expect-error The bot itself was not given the questions: keep what use() returns.
  bot.on('message', (ctx) => ctx.ask('Which city?'))
  const group = new Composer<Asking>().extend({ chat: session({ initial: () => ({ turns: 0 }) }) })
  group.on('message', async (ctx) => {
    ctx.chat.turns += 1
    return ctx.ask('And then?')
  })
  bot.use(asking()).use(group)
}

describe('the types of asking', () => {
  it('AS-01 name an answer', () => {
    expectTypeOf<Answer>().toExtend<MessageContext & Asking>()
    expectTypeOf<ChoiceAnswer<'a'>['choice']>().toEqualTypeOf<'a'>()
  })
})
