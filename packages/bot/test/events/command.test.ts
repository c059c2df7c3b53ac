import { describe, expect, it } from 'vitest'

import { CommandTable, helpOf } from '../../src/events/command.js'
import { splitWords } from '../../src/events/words.js'
import { c2c } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const style = { prefixes: ['/', '／'], bare: true }
const names = (...all: readonly string[]) => all.map((name) => ({ name }))
const table = new CommandTable(
  [
    ...names('ping', '天气', '天气预报', 'todo add', 'todo', '待办 添加', 'menu set tea'),
    { name: 'Say', aliases: ['说'] },
  ],
  style,
)

describe('commands', () => {
  it.each([
    ['/ping', ['ping', 'ping', '']],
    ['／ping', ['ping', 'ping', '']],
    ['ping', ['ping', 'ping', '']],
    ['/PING', ['ping', 'PING', '']],
    ['／ＰＩＮＧ', ['ping', 'ＰＩＮＧ', '']],
    ['／ｔｏｄｏ　ａｄｄ　milk', ['todo add', 'ｔｏｄｏ　ａｄｄ', 'milk']],
    ['/say  hello  world', ['say', 'say', 'hello  world']],
    ['/天气\n北京', ['天气', '天气', '北京']],
    ['/天气北京', ['天气', '天气', '北京']],
    ['/天气 北京', ['天气', '天气', '北京']],
    ['/天气预报北京', ['天气预报', '天气预报', '北京']],
    ['/天气预', ['天气', '天气', '预']],
    ['/说hello', ['说', '说', 'hello']],
    ['/todo', ['todo', 'todo', '']],
    ['/todo add milk', ['todo add', 'todo add', 'milk']],
    ['/todo  ADD', ['todo add', 'todo  ADD', '']],
    ['/todo address', ['todo', 'todo', 'address']],
    ['/待办添加牛奶', ['待办 添加', '待办添加', '牛奶']],
    ['/待办 添加 牛奶', ['待办 添加', '待办 添加', '牛奶']],
    ['/sayhello', null],
    ['/ping2', null],
    ['/rolls', null],
    ['help me write a letter', null],
    ['天气北京', null],
    ['/', null],
    ['', null],
    ['/ ping', null],
  ])('BT-38 reads %j as %j', (text, expected) => {
    const line = table.read(text)
    expect(line && [line.key, line.name, line.rest]).toEqual(expected)
  })

  it('BT-38 tells the beginning of sub-commands, where nothing else has that name', () => {
    expect(table.read('/menu')).toMatchObject({ key: 'menu', isGroup: true })
    expect(table.read('/menu set')).toMatchObject({ key: 'menu set', isGroup: true, rest: '' })
    expect(table.read('/menu set coffee')).toMatchObject({ key: 'menu set', isGroup: true, rest: 'coffee' })
    expect(table.read('/menu set tea')).toMatchObject({ key: 'menu set tea', isGroup: false })
  })

  it.each(['!', '!!', '！'])('BT-38 reads the prefix %j, whatever others are given', (prefix) => {
    const prefixes = ['!', '!!', '！']
    expect(new CommandTable(names('ping'), { prefixes, bare: false }).read(`${prefix}ping`)?.key).toBe('ping')
  })

  it.each([
    ['/', '／ping'],
    ['！', '!ping'],
    ['bot ', 'BOT ping'],
  ])('BT-38 reads the prefix %j in %j', (prefix, typed) => {
    expect(new CommandTable(names('ping'), { prefixes: [prefix], bare: false }).read(typed)?.key).toBe('ping')
  })

  it('BT-38 needs a prefix when bare names are switched off', () => {
    expect(new CommandTable(names('ping'), { ...style, bare: false }).read('ping')).toBeNull()
  })

  it.each([
    ['a b', ['a', 'b']],
    [`"a b" 'c d' “e f” ‘g h’`, ['a b', 'c d', 'e f', 'g h']],
    ['"" x', ['', 'x']],
    ['', []],
  ])('splits %j into %j', (line, args) => {
    expect(splitWords(line).map((word) => word.text)).toEqual(args)
  })

  it('are found by name and alias in any case, and get their arguments', async () => {
    const stage = new Stage()
    stage.handlers.command({ name: 'Roll', aliases: ['掷'] }, async (ctx) => ctx.reply(ctx.args.join('|')))
    stage.handlers.on('message', null, async (ctx) => ctx.reply(`not a command: ${ctx.text}`))
    for (const text of ['/roll 2 "six sided"', '/掷 1', 'ROLL', '/rolls', 'roll it'])
      stage.intake.deliver(c2c(text))
    await stage.intake.idle()
    expect(stage.texts).toEqual(['2|six sided', '1', '', 'not a command: /rolls', 'not a command: roll it'])
  })

  it('list themselves, except hidden ones', () => {
    expect(
      helpOf(
        [
          { name: 'ping', description: 'answers pong' },
          { name: 'roll', aliases: ['r'], usage: '<dice>' },
          { name: 'debug', hidden: true },
        ],
        '/',
      ),
    ).toEqual([
      { usage: '/ping', description: 'answers pong' },
      { usage: '/roll, /r <dice>', description: '' },
    ])
  })

  it('share a message with others through next()', async () => {
    const stage = new Stage()
    stage.handlers.command({ name: 'ping' }, async (ctx, next) => {
      await ctx.reply('first')
      await next()
    })
    stage.handlers.hears(/^\/p(.)/g, async (ctx) => ctx.reply(`heard ${ctx.match?.[1]}`))
    stage.intake.deliver(c2c('/ping'))
    stage.intake.deliver(c2c('/ping'))
    await stage.intake.idle()
    expect(stage.texts).toEqual(['first', 'heard i', 'first', 'heard i'])
  })

  it('hear any of several texts and patterns', async () => {
    const stage = new Stage()
    stage.handlers.hears(['hi', /^hello (.*)/g, '你好'], async (ctx) => ctx.reply(`${ctx.match?.[1]}`))
    for (const text of ['hi', 'hello you', '你好', 'hello again', 'hi there']) stage.intake.deliver(c2c(text))
    await stage.intake.idle()
    expect(stage.texts).toEqual(['undefined', 'you', 'undefined', 'again'])
  })

  it('hear a text as a whole only', async () => {
    const stage = new Stage()
    stage.handlers.hears('hi', async (ctx) => ctx.reply(ctx.match?.[0] ?? ''))
    stage.intake.deliver(c2c('hi there'))
    stage.intake.deliver(c2c(' hi '))
    await stage.intake.idle()
    expect(stage.texts).toEqual(['hi'])
  })
})
