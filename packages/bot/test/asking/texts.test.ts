import { describe, it } from 'vitest'

import { asking, type AskingOptions, dialogue } from '../../src/asking/index.js'
import { Bot, type BotOptions } from '../../src/index.js'
import { memoryStateStore } from '../../src/middleware/index.js'
import { everyScene, talk } from '../support/every-scene.js'

const made =
  (options: AskingOptions = {}) =>
  (given: BotOptions): Bot => {
    const texts = {
      asking: { cancelled: 'Never mind.', choices: (labels: readonly string[]) => labels.join('/') },
    }
    const bot = new Bot({ ...given, texts }).use(asking({ cancel: 'no', ...options }))
    bot.command('tea', async (ctx) => {
      const answer = await ctx.choose('Tea?', ['green', 'black'], { buttons: false })
      await answer.reply(answer.choice)
    })
    return bot
  }

describe.each(everyScene)('BT-48 the words of questions in %s over the %s', (...where) => {
  it('are those of the bot, or of one asking()', async () => {
    await talk(where, made(), async (person) => {
      await person.say('/tea').expect('Tea?\ngreen/black')
      await person.say('no').expect('Never mind.')
    })
    await talk(where, made({ texts: { cancelled: 'OK.' } }), async (person) => {
      await person.say('/tea').expect('Tea?\ngreen/black')
      await person.say('no').expect('OK.')
    })
  })
  it('are those of a dialogue too', async () => {
    const make = (given: BotOptions): Bot => {
      const bot = new Bot({ ...given, texts: { asking: { cancelled: 'Never mind.' } } })
      const tea = dialogue('tea', { store: memoryStateStore(), cancel: ['no'] })
        .ask('kind', 'Which tea?')
        .end(async (ctx) => ctx.reply('Here it is.'))
      bot.use(tea)
      return bot.command('tea', async (ctx) => tea.begin(ctx))
    }
    await talk(where, make, async (person) => {
      await person.say('/tea').expect('Which tea?')
      await person.say('no').expect('Never mind.')
    })
  })
})
