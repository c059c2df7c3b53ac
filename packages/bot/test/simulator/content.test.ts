import { InvalidRequestError } from '@qqkit/rest'
import { afterEach, describe, expect, it } from 'vitest'

import { markdown, type OutgoingMessage } from '../../src/index.js'
import { memoryBot, type MemoryBot } from '../fixtures/memory-bot.js'

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
