import { ManualClock } from '@qqkit/core/testing'
import { createMemorySimulator, type Simulator, startSimulator } from '@qqkit/simulator'
import { type Desk, type DeskBotOptions, type DeskOptions, startDesk } from '@qqkit/simulator/testing'
import { deskMatchers } from '@qqkit/simulator/testing/vitest'
import { afterEach, describe, expect, it } from 'vitest'

import { Bot } from '../../src/index.js'
import { createBot } from '../support/tea-bot.js'

let desk: Desk | null = null
afterEach(async () => {
  await desk?.close()
  desk = null
})

const deskOf = async (
  options: DeskOptions = { memory: true },
  make: (options: DeskBotOptions) => Bot = createBot,
): Promise<Desk> => (desk = await startDesk(make, options))

/** A value with a type that JavaScript does not check. */
const wrong = (value: unknown): never => value as never

describe('a mistake of a test', () => {
  it.each<readonly [string, object, RegExp]>([
    ['a wrong name', { timeuot: 5 }, /"timeuot": there is no such option \(did you mean "timeout"\?\)/],
    ['a text', { timeout: '5' }, /"timeout": give ms/],
    ['no number', { timeout: Number.NaN }, /"timeout": give ms/],
    ['no end', { timeout: Number.POSITIVE_INFINITY }, /"timeout": give ms/],
    ['a negative silence', { quiet: -1 }, /"quiet": give ms/],
    ['no clock', { clock: Date }, /"clock": give a Clock/],
    ['no simulator', { simulator: {} }, /"simulator": give a simulator/],
    [
      'options of a simulator that is given',
      { simulator: createMemorySimulator(), memory: true },
      /"memory"/,
    ],
  ])('SM-19 in the options of a desk fails at once: %s', async (_what, options, message) => {
    await expect(startDesk(createBot, wrong(options))).rejects.toThrow(message)
  })

  it.each<readonly [string, unknown, RegExp]>([
    ['nothing', undefined, /returned undefined.*`return`/],
    ['an object without start()', {}, /has to return the bot.*returned an object/],
  ])('SM-19 a function that returns %s instead of the bot', async (_what, made, message) => {
    await expect(startDesk(() => wrong(made), { memory: true })).rejects.toThrow(message)
  })

  it('SM-19 a function that never returns the bot ends with the limit of the start', async () => {
    const start = startDesk(async () => new Promise<never>(() => {}), { memory: true, timeout: 30 })
    await expect(start).rejects.toMatchObject({ code: 'not_connected' })
  })

  it.each<readonly [string, unknown, RegExp]>([
    ['a number', 5, /give a text, a pattern, a function or fields/],
    ['null', null, /give a text, a pattern, a function or fields/],
    ['a list', ['pong'], /give a text, a pattern, a function or fields/],
    ['a misspelt field', { contnt: 'pong' }, /"contnt".*did you mean "content"/],
    ['a field of another type', { buttons: 'Yes' }, /"buttons": give a list of labels/],
    ['a promise', async () => Promise.resolve(false), /true or false; it returned a promise/],
    ['a function without an answer', () => {}, /true or false; it returned undefined/],
  ])('SM-19 in an expectation never passes: %s', async (_what, expected, message) => {
    const ann = (await deskOf()).user('ann')
    await expect(ann.say('/ping').expect(wrong(expected))).rejects.toThrow(message)
  })

  it.each<readonly [string, (ann: ReturnType<Desk['user']>) => Promise<unknown>]>([
    ['expect', async (ann) => ann.say('/ping').expect('pong', wrong({ timeout: Number.NaN }))],
    ['expect with a number', async (ann) => ann.say('/ping').expect('pong', wrong(100))],
    ['expectNothing', async (ann) => ann.say('quiet').expectNothing({ within: Number.POSITIVE_INFINITY })],
    ['expectReplies', async (ann) => ann.say('/three').expectReplies(3, wrong({ within: 5 }))],
    ['expectReplies with a text', async (ann) => ann.say('/ping').expectReplies(wrong('1'))],
    ['expectTyping', async (ann) => ann.say('/typing').expectTyping({ timeout: -1 })],
    ['expectAck', async (ann) => ann.say('/ping').expectAck(wrong('0'))],
  ])('SM-19 in the limits of an expectation fails at once: %s', async (_what, act) => {
    const ann = (await deskOf()).user('ann')
    await expect(act(ann)).rejects.toMatchObject({ name: 'OptionsError' })
  })

  it('SM-19 in the name of a fault or an incident says which is meant', async () => {
    const opened = await deskOf()
    expect(() => opened.fault(wrong('send-hang'))).toThrow('did you mean "send-hangs"?')
    expect(() => opened.fault(wrong('constructor'))).toThrow('give the name of a fault')
    expect(() => opened.play(wrong('op7-then-4008'))).toThrow('did you mean "op7-then-4009"?')
    expect(() => opened.play(wrong('toString'))).toThrow('give the name of an incident')
  })

  it.each<readonly [string, (opened: Desk) => unknown, RegExp]>([
    ['a user without a name', (opened) => opened.user(wrong(undefined)), /name.*received undefined/],
    ['an empty name', (opened) => opened.user(''), /name.*received ""/],
    ['a blank name', (opened) => opened.user('  '), /give a name, such as "ann"; received " {2}"/],
    ['a press of nothing', (opened) => opened.user('ann').press(wrong(undefined)), /press\("Yes"\)/],
    [
      'an act that is no function',
      (opened) => opened.user('ann').does(wrong('x')),
      /"act": give a function, e\.g\. does/,
    ],
    ['a picture that is a number', (opened) => opened.user('ann').sendPicture(wrong(5)), /or its bytes/],
    ['changes of a fault', (opened) => opened.fault('send-hangs', wrong(2)), /\{ times: 2 \}/],
    ['a name where a fault is due', (opened) => opened.sim.faults.add(wrong('x')), /\.\.\.faults\[/],
    ['a name where a scenario is due', (opened) => opened.sim.play(wrong('x')), /incidents\[/],
    ['a group with a number', (opened) => opened.group(wrong(5)).user('bob'), /name.*received 5/],
    ['a member without a name', (opened) => opened.group('room').user(wrong(undefined)), /name/],
    ['a message without text', (opened) => opened.user('ann').say(wrong(undefined)), /give a text/],
    ['a message that is a number', (opened) => opened.user('ann').say(wrong(5)), /give a text/],
    [
      'a misspelt option of a message',
      (opened) => opened.user('ann').say('hi', wrong({ quoet: '1' })),
      /did you mean "quote"/,
    ],
  ])('SM-19 in what people do fails at once: %s', async (_what, act, message) => {
    const opened = await deskOf()
    expect(() => act(opened)).toThrow(message)
  })

  it.each<readonly [string, unknown, unknown, RegExp]>([
    ['nothing', undefined, {}, /startDesk\(\(options\) => new Bot\(.*received undefined/],
    ['no bot for a simulator', {}, { simulator: createMemorySimulator() }, /received an object/],
    [
      'a bot without its simulator',
      { start: () => {}, stop: () => {} },
      {},
      /startDesk\(bot, \{ simulator \}\)/,
    ],
    ['a class', Bot, {}, /got a class.*new Bot\(/],
    ['a text as options', createBot, 'memory', /\{ memory: true \}; received "memory"/],
  ])('SM-19 in the arguments of startDesk(): %s', async (_what, bot, options, message) => {
    await expect(startDesk(wrong(bot), wrong(options))).rejects.toThrow(message)
  })

  it.each<readonly [string, (sim: Simulator) => unknown, RegExp]>([
    [
      'replyTo() with a text',
      (sim) => sim.replyTo(wrong('/ping')),
      /replyTo\(sim\.user\('ann'\)\.say\('hi'\)\)/,
    ],
    [
      'replyTo() without an end',
      (sim) => sim.replyTo(sim.user('a').say('x'), { timeout: Number.NaN }),
      /timeout/,
    ],
    ['outcomeOf() with a text', (sim) => sim.outcomeOf(wrong('Yes')), /outcomeOf\(sim\.user\('ann'\)\.press/],
    ['outcomeOf() of another press', (sim) => sim.outcomeOf({ id: '7' }), /what press\(\) returned/],
    ['startSimulator() with a port', () => startSimulator(wrong(4790)), /startSimulator\(\{ port: 4790 \}\)/],
    ['createMemorySimulator() with a text', () => createMemorySimulator(wrong('x')), /\{ seed: 1 \}/],
  ])('SM-13 never waits: %s', async (_what, act, message) => {
    const { sim } = await deskOf()
    await expect(async () => act(sim)).rejects.toThrow(message)
  })

  it.each<readonly [string, unknown]>([
    ['a text', '/ping'],
    ['a promise', Promise.resolve()],
    ['nothing', undefined],
  ])('SM-19 a matcher says what it takes: %s', async (_what, turn) => {
    await expect(deskMatchers.toBeAnsweredWith(wrong(turn), 'pong')).rejects.toThrow(
      /without await: expect\(/,
    )
    await expect(deskMatchers.toStayUnanswered(wrong(turn))).rejects.toThrow(/without await: expect\(/)
  })

  it('SM-19 an expectation where nobody has spoken says how one speaks', async () => {
    const opened = await deskOf({ clock: new ManualClock() })
    await expect(opened.user('ann').expect('pong')).rejects.toThrow("no one has spoken here: ann.say('…')")
  })

  it('SM-19 a picture may be its bytes', async () => {
    const seen: string[] = []
    const opened = await deskOf({ memory: true }, (options) =>
      new Bot(options).on('message', async (ctx) => {
        seen.push(...ctx.message.attachments.map(({ url }) => url))
        await ctx.reply('seen')
      }),
    )
    await opened
      .user('ann')
      .sendPicture(new Uint8Array([1, 2, 3]))
      .expect('seen')
    expect(seen).toEqual([expect.stringContaining(opened.sim.url)])
  })

  it('SM-19 people of a desk that is closed do nothing; closing twice is one close', async () => {
    const opened = await deskOf()
    const ann = opened.user('ann')
    await Promise.all([opened.close(), opened.close()])
    expect(() => ann.say('/ping')).toThrow(expect.objectContaining({ code: 'closed' }) as Error)
  })

  it('SM-19 a handler that never ends is in the report, and does not hold up the end', async () => {
    const clock = new ManualClock()
    const hangs = (options: DeskBotOptions): Bot =>
      new Bot(options).command('slow', async () => new Promise<void>(() => {}))
    const opened = await deskOf({ clock }, hangs)
    const ann = opened.user('ann')
    await expect(ann.say('/slow').expect('late')).rejects.toThrow('handlers that still run: 1')
    await expect(ann.say('/slow').expectNothing()).rejects.toThrow('still works')
    const before = clock.now()
    await opened.close()
    expect(clock.now() - before).toBeLessThan(2_000)
  })

  it('SM-19 a bot that does not connect is reported with its calls and errors', async () => {
    const sim = await startSimulator({ page: false })
    const deaf = startDesk(
      ({ baseUrl }) => ({ start: async () => void (await fetch(`${baseUrl}/users/@me`)), stop: () => {} }),
      { simulator: sim, timeout: 1000 },
    )
    await expect(deaf).rejects.toThrow(
      /did not connect within 1000 ms\ncalls of the bot:\n.*GET \/users\/@me → 401/,
    )
    await sim.close()
  })
})
