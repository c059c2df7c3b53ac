import { describe, expect, it } from 'vitest'

import { helpText, parseCommand, splitArguments } from '../../src/events/command.js'
import { c2c } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const style = { prefixes: ['/', '／'], bare: true }

describe('commands', () => {
  it.each([
    ['/ping', { name: 'ping', rest: '', args: [], prefixed: true }],
    ['／ping', { name: 'ping', rest: '', args: [], prefixed: true }],
    ['ping', { name: 'ping', rest: '', args: [], prefixed: false }],
    ['/say  hello  world', { name: 'say', rest: 'hello  world', args: ['hello', 'world'], prefixed: true }],
    ['/天气\n北京', { name: '天气', rest: '北京', args: ['北京'], prefixed: true }],
    ['help me write a letter', null],
    ['/', null],
    ['', null],
    ['/ ping', null],
  ])('reads %j as %j', (text, command) => {
    expect(parseCommand(text, style)).toEqual(command)
  })

  it('needs a prefix when bare names are switched off', () => {
    expect(parseCommand('ping', { ...style, bare: false })).toBeNull()
  })

  it.each([
    ['a b', ['a', 'b']],
    [`"a b" 'c d' “e f” ‘g h’`, ['a b', 'c d', 'e f', 'g h']],
    ['"" x', ['', 'x']],
    ['', []],
  ])('splits %j into %j', (line, args) => {
    expect(splitArguments(line)).toEqual(args)
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
      helpText(
        [
          { name: 'ping', description: 'answers pong' },
          { name: 'roll', aliases: ['r'], usage: '<dice>' },
          { name: 'debug', hidden: true },
        ],
        '/',
      ),
    ).toBe('/ping — answers pong\n/roll, /r <dice>')
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
