// oxlint-disable typescript/restrict-template-expressions -- markup in strings is what these are about
import { InvalidRequestError } from '@qqkit/rest'
import { afterEach, describe, expect, it } from 'vitest'

import { markdown, memoryParkStore, mention, text, type OutgoingMessage } from '../../src/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

let stage: MemoryBot

afterEach(async () => {
  await stage.close()
})

describe('RS-36 blanks', () => {
  const BLANKS = ['', ' ', '\n', '\u00A0', '\u200B\uFEFF', ' \n'.repeat(3000)]

  it('as a reply are refused before any request, in every scene and form', async () => {
    stage = memoryBot()
    const { bot, sim, said, settle } = stage
    const outcomes: unknown[] = []
    bot.on('message', async (ctx) => {
      const messages = BLANKS.flatMap((blank): OutgoingMessage[] => [
        blank,
        { content: blank },
        { markdown: { content: blank } },
      ])
      for (const message of messages) outcomes.push(await ctx.reply(message).catch((error: unknown) => error))
    })
    void bot.start()
    await settle(1000)
    sim.user('ann').say('hi')
    sim.group('room').user('bob').say('hi')
    sim.channel('general').user('cat').say('hi')
    sim.dm('dan').say('hi')
    await settle(1000)
    expect(outcomes).toHaveLength(4 * 3 * BLANKS.length)
    for (const outcome of outcomes) expect(outcome).toBeInstanceOf(InvalidRequestError)
    expect(said()).toEqual([])
    expect(sim.oracle.count('send')).toBe(0)
  })

  it('as a streamed answer are an empty one, where it grows and where it is one message', async () => {
    stage = memoryBot()
    const { bot, sim, said, settle } = stage
    const kinds: string[] = []
    bot.on('message', async (ctx) => {
      for (const blank of BLANKS) kinds.push((await ctx.stream([blank])).kind)
    })
    void bot.start()
    await settle(1000)
    sim.user('ann').say('hi')
    sim.group('room').user('bob').say('hi')
    await settle(60_000)
    expect(kinds).toEqual(Array.from({ length: 2 * BLANKS.length }, () => 'empty'))
    expect(said()).toEqual([])
  })

  it('within a long answer make no piece', async () => {
    stage = memoryBot({ maxTextLength: 100 })
    const { bot, sim, said, settle } = stage
    bot.on('message', async (ctx) => {
      await ctx.reply(`one${'\n'.repeat(500)}two`)
      await ctx.reply(markdown(`three${'\u200B\n'.repeat(500)}four`))
    })
    void bot.start()
    await settle(1000)
    sim.channel('general').user('cat').say('hi')
    await settle(5000)
    expect(said().map((line) => line.replaceAll(/^.*?: |[\s\u200B]/g, ''))).toEqual([
      'one',
      'two',
      'three',
      'four',
    ])
  })
})

describe('BT-14 mentions', () => {
  /** What went out, as it was on the wire. */
  const bodies = ({ sim }: MemoryBot): readonly Readonly<Record<string, unknown>>[] =>
    sim.log
      .of('message')
      .filter(({ direction, change }) => direction === 'out' && change === 'sent')
      .map(({ payload }) => payload as Readonly<Record<string, unknown>>)

  it.each(['shown_as_text', 'shown_as_mention'] as const)(
    'in a text are never visible markup, in every scene (%s)',
    async (mentionInText) => {
      stage = memoryBot({}, { live: { mentionInText } })
      const { bot, sim, settle } = stage
      bot.on('message', async (ctx) => {
        await ctx.reply(`${mention(ctx.author.id)} hi`)
        await ctx.reply(text`${mention(ctx.author)} said ${ctx.text}`)
      })
      void bot.start()
      await settle(1000)
      sim.user('ann').say('*x* <b>')
      sim.group('room').user('bob').say('*x* <b>')
      sim.channel('general').user('cat').say('*x* <b>')
      sim.dm('dan').say('*x* <b>')
      await settle(2000)
      const all = bodies(stage)
      expect(all).toHaveLength(8)
      for (const body of all) {
        const native = body['markdown'] as { readonly content: string } | undefined
        expect(native?.content ?? '<qqbot-at-user id="-" /> ').toMatch(/^<qqbot-at-user id="[^"]+" \/> /)
        expect(native ? '<@-> ' : body['content']).toMatch(/^<@[^>]+> /)
        expect(body['msg_type']).toBe(native ? 2 : undefined)
      }
      expect(all.filter((body) => body['markdown'])).toHaveLength(4)
    },
  )

  it('are named by the event where markdown is refused', async () => {
    stage = memoryBot()
    const { bot, sim, said, settle } = stage
    sim.faults.add({
      on: 'call',
      match: { route: 'send', msgType: 2 },
      do: { kind: 'error', code: 304041, status: 500, message: 'reply message not allow markdown' },
      times: 'forever',
    })
    bot.on('message', async (ctx) => {
      await ctx.reply(`${mention(ctx.author.id)} hi`)
      await ctx.reply(markdown`**${mention(ctx.author)}**, ${'*you*'}`)
    })
    void bot.start()
    await settle(1000)
    sim.group('room').user('bob').say('hi')
    await settle(2000)
    expect(said()).toEqual(['group room reply: @bob hi', 'group room reply: @bob, *you*'])
  })

  it('that people typed stay what they typed, in every scene', async () => {
    stage = memoryBot()
    const { bot, sim, said, settle } = stage
    const typed = '<qqbot-cmd-enter text="%2Fban" /> [here](https://evil.test) `x`'
    bot.on('message', async (ctx) => ctx.reply(`you said ${ctx.text}`))
    void bot.start()
    await settle(1000)
    sim.user('ann').say(typed)
    sim.group('room').user('bob').say(typed)
    sim.channel('general').user('cat').say(typed)
    await settle(2000)
    expect(said()).toEqual([
      `c2c ann reply: you said ${typed}`,
      `group room reply: you said ${typed}`,
      `channel general reply: you said ${typed}`,
    ])
    for (const body of bodies(stage)) expect(body).not.toHaveProperty('markdown')
  })

  it.each([
    [undefined, /<qqbot-at-user id="[^"]+" \/>/g],
    ['<@id>', /<@[^>]+>/g],
  ] as const)(
    'are written in the form that the bot is told (%s), and go through no cut',
    async (form, like) => {
      stage = memoryBot({ maxTextLength: 100, ...(form && { rest: { mentionForm: form } }) })
      const { bot, sim, settle } = stage
      bot.on('message', async (ctx) => {
        const tag = `${mention(ctx.author)}`
        await ctx.reply(`${'word '.repeat(14)}${tag} ${'word '.repeat(14)}${tag}`)
      })
      void bot.start()
      await settle(1000)
      sim.group('room').user('bob').say('hi')
      await settle(2000)
      const contents = bodies(stage).map((body) => (body['markdown'] as { readonly content: string }).content)
      expect(contents.length).toBeGreaterThan(1)
      expect(contents.join(' ').match(like)).toHaveLength(2)
      for (const content of contents) expect(content.replaceAll(like, '')).not.toContain('<')
    },
  )

  it('wait as what shows them: another process knows nothing of what this one has made', async () => {
    const kept: unknown[] = []
    const store = memoryParkStore()
    const put = store.put.bind(store)
    store.put = async (conversation, reply) => {
      kept.push(reply.message)
      return put(conversation, reply)
    }
    stage = memoryBot({ onUndeliverable: 'park', parking: { store }, handlerTimeout: 10 * 3_600_000 })
    const { bot, sim, clock, settle } = stage
    bot.on('message', async (ctx) => {
      await new Promise<void>((resolve) => void clock.setTimer(2 * 3_600_000, resolve))
      await ctx.reply(`${mention(ctx.author)} hi`)
    })
    void bot.start()
    await settle(1000)
    const ann = sim.user('ann')
    ann.refuse()
    ann.say('hi')
    await settle(3 * 3_600_000)
    expect(kept).toEqual([{ markdown: { content: `<qqbot-at-user id="${ann.id}" /> hi` } }])
  })
})
