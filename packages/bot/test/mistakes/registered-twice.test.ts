/** Two handlers for the same: the second one would get nothing, so it is told at registration. */
import { describe, expect, it } from 'vitest'

import { ButtonRows, Composer } from '../../src/composer/index.js'
import { control } from '../../src/control/index.js'
import { Bot, scene, type BotOptions } from '../../src/index.js'
import { thrownBy } from '../support/catcher.js'

const credentials: BotOptions = { appId: '102000001', secret: 'tst-secret-0001', log: false }
const nothing = (): void => {}
const fresh = (): Bot => new Bot(credentials)

describe('MT-10 a second handler for the same is a mistake:', () => {
  it.each<[string, (bot: Bot) => unknown, string]>([
    ['a name', (bot) => bot.command('tea', nothing).command('tea', nothing), 'command tea'],
    ['a name in another case', (bot) => bot.command('tea', nothing).command('TEA', nothing), 'command tea'],
    [
      'an alias that is a name',
      (bot) => bot.command('tea', nothing).command('cup', { aliases: ['tea'] }, nothing),
      'command tea',
    ],
    [
      'a name that is an alias',
      (bot) => bot.command('cup', { aliases: ['茶'] }, nothing).command('茶', nothing),
      'command 茶',
    ],
    ['an alias that is its own name', (bot) => bot.command('p', { aliases: ['P'] }, nothing), 'command p'],
    ['one alias twice', (bot) => bot.command('a', { aliases: ['b', 'b'] }, nothing), 'command b'],
    [
      'a sub-command',
      (bot) => bot.command('todo add', nothing).command('todo add', nothing),
      'command todo add',
    ],
    ['the command of the help', (bot) => bot.help().help(), 'command help'],
    ['a word of control()', (bot) => bot.use(control()).command('stop', nothing), 'command stop'],
    ['a text', (bot) => bot.hears('hi', nothing).hears(['hello', 'hi'], nothing), 'text "hi"'],
    ['a pattern', (bot) => bot.hears(/^hi/, nothing).hears(/^hi/, nothing), 'text /^hi/'],
    ['a button', (bot) => bot.button('tea', nothing).button('tea', nothing), 'button "tea"'],
    ['a button in a list', (bot) => bot.button(['tea', 'tea'], nothing), 'button "tea"'],
    [
      'a button of two keyboards',
      (bot) =>
        bot
          .use(new ButtonRows().callback('Tea', 'tea', nothing))
          .use(new ButtonRows().callback('More tea', 'tea', nothing)),
      'button "tea"',
    ],
    [
      'a feature that is used twice',
      (bot) => {
        const feature = new Composer().command('tea', nothing)
        return bot.use(feature).use(feature)
      },
      'command tea',
    ],
    [
      'a command in one group',
      (bot) => {
        const composer = new Composer()
        composer.filter(scene('group')).command('tea', nothing).command('tea', nothing)
        return bot.use(composer)
      },
      'command tea',
    ],
    [
      'a group after a handler for all',
      (bot) => {
        const composer = new Composer()
        composer.filter(scene('group')).command('tea', nothing)
        return bot.command('tea', nothing).use(composer)
      },
      'command tea',
    ],
  ])('%s', (_what, register, told) => {
    expect(thrownBy(() => register(fresh()))).toMatchObject({
      code: 'registered_twice',
      message: expect.stringContaining(told) as string,
      advice: { en: expect.stringMatching(/./) as string, zh: expect.stringMatching(/[一-龥]/) as string },
    })
  })

  it.each<[string, (bot: Bot) => unknown]>([
    [
      'a name, a text and a button',
      (bot) => bot.command('tea', nothing).hears('tea', nothing).button('tea', nothing),
    ],
    ['the beginning of a sub-command', (bot) => bot.command('todo', nothing).command('todo add', nothing)],
    ['a longer name', (bot) => bot.command('天气', nothing).command('天气预报', nothing)],
    ['a text that looks like a pattern', (bot) => bot.hears('/^hi/', nothing).hears(/^hi/, nothing)],
    [
      'two groups with filters of their own, and the rest',
      (bot) => {
        const composer = new Composer()
        composer.filter(scene('group')).command('who', nothing)
        composer.filter(scene('c2c')).command('who', nothing)
        return bot.use(composer).command('who', nothing)
      },
    ],
    ['one that replaces another', (bot) => bot.command('tea', nothing).off(nothing).command('tea', nothing)],
  ])('no mistake: %s', (_what, register) => {
    expect(() => register(fresh())).not.toThrow()
  })

  it('one feature of several bots is no mistake', () => {
    const feature = new Composer().command('tea', nothing)
    fresh().use(feature)
    expect(() => fresh().use(feature)).not.toThrow()
  })
})
