import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

import { ButtonRows, Composer } from '../../src/composer/index.js'
import { Bot, scene, type BotOptions } from '../../src/index.js'
import { throttle } from '../../src/middleware/index.js'
import { thrownBy } from '../support/catcher.js'

const credentials: BotOptions = { appId: '102000001', secret: 'tst-secret-0001', log: false }
const nothing = (): void => {}

/** What somebody writes who has no compiler that would tell. */
type Loose = Record<
  'on' | 'command' | 'hears' | 'button' | 'use' | 'off' | 'catch',
  (...given: unknown[]) => unknown
>

describe('a mistake in registering is reported at once, with advice:', () => {
  it.each<[string, (bot: Loose) => unknown, string]>([
    ['an event that does not exist', (bot) => bot.on('messages', nothing), 'unknown_event'],
    ['a text for a handler', (bot) => bot.on('message', 'hi'), 'no_handler'],
    ['a filter without a handler', (bot) => bot.on('message', nothing, undefined), 'no_handler'],
    ['a filter that is not there', (bot) => bot.on('message', undefined, nothing), 'no_filter'],
    ['two filters', (bot) => bot.on('message', nothing, nothing, nothing), 'one_handler'],
    ['two handlers of a text', (bot) => bot.hears('hi', nothing, nothing), 'one_handler'],
    ['two handlers of a button', (bot) => bot.button('tea', nothing, nothing), 'one_handler'],
    ['two handlers of a command', (bot) => bot.command('tea', {}, nothing, nothing), 'one_handler'],
    ['no middleware', (bot) => bot.use(), 'no_handler'],
    ['a middleware among others that is none', (bot) => bot.use(nothing, Promise.resolve()), 'no_handler'],
    ['a list of commands', (bot) => bot.command(['ping', 'p'], nothing), 'bad_command_name'],
    ['a command that is not there', (bot) => bot.command(undefined, nothing), 'bad_command_name'],
    ['a command with its prefix', (bot) => bot.command('/ping', nothing), 'bad_command_name'],
    [
      'an alias with a blank at its end',
      (bot) => bot.command('ping', { aliases: ['p '] }, nothing),
      'bad_command_name',
    ],
    ['a command without a handler', (bot) => bot.command('ping'), 'no_handler'],
    ['a pattern that is not there', (bot) => bot.hears(undefined, nothing), 'bad_pattern'],
    ['a list with a pattern that is none', (bot) => bot.hears(['hi', 5], nothing), 'bad_pattern'],
    ['a button that is not there', (bot) => bot.button(undefined, nothing), 'bad_button'],
    ['a button without data', (bot) => bot.button('', nothing), 'bad_button'],
    ['a list of buttons that is empty', (bot) => bot.button([], nothing), 'bad_button'],
    ['a built button', (bot) => bot.button({ data: 'tea' }, nothing), 'bad_button'],
    ['a button without a handler', (bot) => bot.button('tea'), 'no_handler'],
    ['a pattern for an empty text', (bot) => bot.hears('', nothing), 'bad_pattern'],
    ['the name of an event to remove', (bot) => bot.off('message', nothing), 'not_registered'],
    ['a function to remove that was never registered', (bot) => bot.off(() => {}), 'not_registered'],
    ['a catch that is no function', (bot) => bot.catch(undefined), 'no_handler'],
  ])('%s', (_what, register, code) => {
    const error = thrownBy(() => register(new Bot(credentials) as unknown as Loose))
    expect(error).toMatchObject({
      code,
      advice: { en: expect.stringMatching(/./) as string, zh: expect.stringMatching(/[一-龥]/) as string },
    })
  })

  it('whatever stands in the place of a name, and it is never shown as [object Object]', () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    const odd: readonly unknown[] = [
      {},
      Object.create(null),
      circle,
      1n,
      Symbol('x'),
      NaN,
      [circle],
      () => {},
    ]
    for (const given of odd) {
      const bot = (): Loose => new Bot(credentials) as unknown as Loose
      const codes = {
        unknown_event: () => bot().on(given, nothing),
        bad_command_name: () => bot().command(given, nothing),
        bad_pattern: () => bot().hears(given, nothing),
        bad_button: () => bot().button(given, nothing),
        unknown_scene: () => scene(given as never),
      }
      for (const [code, register] of Object.entries(codes)) {
        const error = thrownBy(register)
        expect(error).toMatchObject({ code })
        expect(String(error)).not.toContain('[object')
      }
    }
  })

  it.each<[string, object, string, RegExp]>([
    ['an option that does not exist', { alias: 'p' }, 'alias', /aliases/],
    ['a text for a list', { aliases: 'p' }, 'aliases', /list/],
    ['arguments that are no schema', { args: { city: String }, usage: '<city>' }, 'args', /valibot/],
    ['arguments without names', { args: v.object({ city: v.string() }) }, 'usage', /<city> \[days\]/],
    ['a usage in prose', { args: v.object({}), usage: 'a city' }, 'usage', /<city> \[days\]/],
    [
      'an optional argument first',
      { args: v.object({}), usage: '[days] <city>' },
      'usage',
      /required ones first/,
    ],
    ['the rest of the text first', { args: v.object({}), usage: '<text...> <city>' }, 'usage', /at the end/],
    ['one name twice', { args: v.object({}), usage: '<city> [city]' }, 'usage', /must name each/],
  ])('a command with %s', (_what, options, path, hint) => {
    const error = thrownBy(() => (new Bot(credentials) as unknown as Loose).command('ping', options, nothing))
    expect(error).toMatchObject({ path, hint: expect.stringMatching(hint) as string })
  })

  it('a scene that does not exist, or none', () => {
    expect(thrownBy(() => scene('guild' as 'channel'))).toMatchObject({ code: 'unknown_scene' })
    expect(thrownBy(() => scene())).toMatchObject({ code: 'unknown_scene' })
  })

  it('middleware without a required option', () => {
    expect(thrownBy(() => throttle({} as never))).toMatchObject({ path: 'limit', hint: 'is needed' })
    expect(thrownBy(() => throttle(undefined as never))).toMatchObject({
      hint: expect.stringMatching(/as an object/) as string,
    })
  })
})

describe('MT-09 a mistake in a composer is reported at once, with advice:', () => {
  const used = new Composer()
  new Bot(credentials).use(used)
  const provider = Object.assign(nothing, { of: () => 1 })

  it.each<[string, () => unknown, string]>([
    ['a handler after its use', () => used.on('message', nothing), 'composer_in_use'],
    [
      'a handler in a group of it after its use',
      () => used.filter('message').hears('x', nothing),
      'composer_in_use',
    ],
    ['no handler', () => new Composer().on('message', undefined as never), 'no_handler'],
    [
      'a filter for an event that does not exist',
      () => new Composer().filter('mesage' as 'message'),
      'unknown_event',
    ],
    ['no filter', () => new Composer().filter(undefined as never), 'no_filter'],
    ['a filter that is not there', () => new Composer().filter('message', undefined as never), 'no_filter'],
    [
      'a button below messages',
      () => new Composer().filter('message').button('x', nothing),
      'unreachable_handler',
    ],
    [
      'a button below a scene',
      () => new Composer().filter(scene('group')).button('x', nothing),
      'unreachable_handler',
    ],
    [
      'a scene below another',
      () => new Composer().filter(scene('group')).filter(scene('dm')).command('x', nothing),
      'unreachable_handler',
    ],
    ['an extension of nothing', () => new Composer().extend({}), 'bad_extension'],
    ['an extension that is a value', () => new Composer().extend({ chat: 5 } as never), 'bad_extension'],
    ['an extension with a name of contexts', () => new Composer().extend({ reply: provider }), 'name_taken'],
    ['an extension with the name of a field', () => new Composer().extend({ match: provider }), 'name_taken'],
    [
      'two buttons with the same data',
      () => new ButtonRows().callback('A', 'a', nothing).callback('B', 'a', nothing),
      'same_button',
    ],
    ['a button without data', () => new ButtonRows().callback('A', '', nothing), 'bad_button'],
    [
      'a button without a handler',
      () => new ButtonRows().callback('A', 'a', undefined as never),
      'no_handler',
    ],
    [
      'more buttons than a row has',
      () =>
        new Bot(credentials).use(
          'abcdef'.split('').reduce((rows, one) => rows.callback(one, one, nothing), new ButtonRows()),
        ),
      'invalid_request',
    ],
  ])('%s', (_what, act, code) => {
    expect(thrownBy(act)).toMatchObject({
      code,
      advice: { en: expect.stringMatching(/./) as string, zh: expect.stringMatching(/[一-龥]/) as string },
    })
  })

  it('a command with the prefix of its bot, when the bot uses it', () => {
    const feature = new Composer().command('!ping', nothing)
    expect(thrownBy(() => new Bot({ ...credentials, prefix: '!' }).use(feature))).toMatchObject({
      code: 'bad_command_name',
    })
  })
})

describe('a mistake in sending is reported without a call, with advice:', () => {
  const target = { scene: 'channel', id: '1' } as const

  it.each<[string, unknown, unknown, string]>([
    ['nothing', target, undefined, 'message'],
    ['null', target, null, 'message'],
    ['a number', target, 5, 'message'],
    ['an empty text', target, '', 'content'],
    ['no target', undefined, 'hi', 'target'],
    ['an id for a target', '1', 'hi', 'target'],
    ['a target without an id', { scene: 'channel' }, 'hi', 'target.id'],
  ])('%s', async (_what, to, message, path) => {
    const bot = new Bot(credentials)
    await expect(bot.send(to as never, message as never)).rejects.toMatchObject({
      code: 'invalid_request',
      path,
      advice: { zh: expect.stringMatching(/[一-龥]/) as string },
    })
    await bot.stop()
  })
})
