import { describe, expect, it } from 'vitest'

import { Bot, type BotOptions, button, image, keyboard, markdown, mention } from '../../src/index.js'
import { everyScene, talk } from '../support/every-scene.js'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const BOTH = { quote: true, mention: true } as const
const ELSEWHERE = { scene: 'channel', id: '1' } as const

const polite = (options: BotOptions): Bot =>
  new Bot({ ...options, maxTextLength: 200 })
    .command('plain', (ctx) => ctx.reply('1 & 2', BOTH))
    .command('here', (ctx) => ctx.reply('here', { ...BOTH, ...(ctx.target && { to: { ...ctx.target } }) }))
    .command('title', (ctx) => ctx.reply(markdown('# Title'), BOTH))
    .command('picture', (ctx) => ctx.reply(image(PNG), BOTH))
    .command('long', (ctx) => ctx.reply({ content: 'word '.repeat(50) }, BOTH))
    .command('twice', (ctx) => ctx.reply(`${String(mention(ctx.author))} again`, { mention: true }))
    .command('neither', (ctx) => ctx.reply('no', { quote: false, mention: false }))
    .command('elsewhere', (ctx) =>
      ctx.reply('there', { ...BOTH, to: ELSEWHERE }).catch(() => ctx.reply('no such place')),
    )
    .command('menu', (ctx) => ctx.reply({ ...markdown('?'), ...keyboard([[button.callback('Tea', 'tea')]]) }))
    .command('empty', (ctx) => ctx.reply('', BOTH).catch(({ path }) => ctx.reply(`refused: ${path}`)))
    .command('nothing', (ctx) =>
      ctx.reply(undefined as never, BOTH).catch(({ path }) => ctx.reply(`refused: ${path}`)),
    )
    .button('tea', (ctx) => ctx.reply('tea!', BOTH))

describe.each(everyScene)('BT-43 quote and mention in %s over the %s', (...where) => {
  const [scene] = where
  const isQuoted = (entry: { readonly payload: unknown }): boolean => {
    const { message_reference: reference } = entry.payload as { message_reference?: { message_id: string } }
    return (reference?.message_id ?? '') !== ''
  }
  /** A text in the form that a scene shows, for a person by the id that the bot knows. */
  const shown = (text: string, joint = ' ', tag = '<qqbot-at-user id="ID" />'): string => {
    if (scene === 'group') return `<qqbot-at-user id="ID" />${joint}${text}`
    return scene === 'channel' ? `${tag}${joint}${text}` : text
  }
  const withoutId = (text: string): string => text.replaceAll(/(?<=<@|id=")\w+/g, 'ID')

  it('are in the form that the scene shows, and quote the message of the event', async () => {
    await talk(where, polite, async (person) => {
      const said = async (command: string): Promise<readonly [string, boolean]> => {
        const [reply] = await person.say(`/${command}`).expectReplies(1)
        if (!reply) throw new Error('no reply')
        return [withoutId(reply.content), isQuoted(reply.entry)]
      }
      const tag = '<@ID>'
      expect(await said('plain')).toEqual([shown('1 & 2', ' ', tag), true])
      expect(await said('here')).toEqual([shown('here', ' ', tag), true])
      expect(await said('title')).toEqual([shown('# Title', '\n'), true])
      expect(await said('neither')).toEqual(['no', false])
      expect(await said('picture')).toEqual([
        { c2c: '[media]', dm: '[media]', group: '@bob', channel: '<@ID>' }[scene],
        true,
      ])
      const [twice] = await said('twice')
      expect(twice.match(/ID/g)).toHaveLength(scene === 'group' || scene === 'channel' ? 2 : 1)
    })
  })

  it('begin the first of several pieces, and leave the others alone', async () => {
    await talk(where, polite, async (person) => {
      const pieces = await person.say('/long').expectReplies(2)
      expect(pieces.map(({ entry }) => isQuoted(entry))).toEqual([true, false])
      expect(pieces.map(({ content }) => /<(?:@|qqbot-at-user)/.test(content))).toEqual([
        scene === 'group' || scene === 'channel',
        false,
      ])
    })
  })

  it('mention whoever clicked, whose click cannot be quoted', async () => {
    await talk(where, polite, async (person) => {
      await person.say('/menu').expectReplies(1)
      const [reply] = await person.press('Tea').expectReplies(1)
      expect([withoutId(reply?.content ?? ''), reply && isQuoted(reply.entry)]).toEqual([
        shown('tea!', ' ', '<@ID>'),
        false,
      ])
    })
  })

  it('do not make a message of none', async () => {
    await talk(where, polite, async (person) => {
      await person.say('/empty').expect('refused: content')
      await person.say('/nothing').expect('refused: message')
      await person.say('/elsewhere').expect('no such place')
    })
  })
})

describe('BT-44 the target of an event', () => {
  it.each(everyScene)('is plain data, for a message that is sent later: %s over the %s', async (...where) => {
    const stored: string[] = []
    const make = (options: BotOptions): Bot => {
      const bot = new Bot(options)
      bot.command('later', (ctx) => void stored.push(JSON.stringify(ctx.target)))
      bot.command('now', async (ctx) => {
        await bot.send(JSON.parse(stored[0] ?? '') as NonNullable<typeof ctx.target>, 'good morning')
      })
      return bot
    }
    await talk(where, make, async (person) => {
      await person.say('/later').expectNothing()
      person.say('/now')
      await person.expect({ content: 'good morning', proactive: true })
    })
  })
})
