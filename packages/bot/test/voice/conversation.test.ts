import { beforeAll, describe, expect, it } from 'vitest'

import { Bot, type BotOptions } from '../../src/index.js'
import { voiceFrom } from '../../src/voice/index.js'
import { aiffOf } from '../support/aiff.js'
import { everyScene, talk } from '../support/every-scene.js'

const speaking = (options: BotOptions): Bot =>
  new Bot(options)
    .command('speak', async (ctx) => {
      await ctx.reply(await voiceFrom(aiffOf(0.2))).catch(({ code }) => ctx.reply(`refused: ${code}`))
    })
    .on('message', (ctx) => {
      const [sound] = ctx.message.attachments
      return ctx.reply(`${sound?.kind}: ${sound?.transcript}, ${sound?.wavUrl}`)
    })

// The decoder is loaded on first use, which on a busy machine takes longer than a person waits for a reply.
beforeAll(async () => {
  await voiceFrom(aiffOf(0.2))
})

describe.each(everyScene)('BT-47 voice in %s over the %s', (...where) => {
  const [scene] = where

  it('is a message of its own where the scene has voice, and an error elsewhere', async () => {
    await talk(where, speaking, async (person) => {
      const [reply] = await person.say('/speak').expectReplies(1)
      const { entry, content } = reply!
      const isShown = scene === 'c2c' || scene === 'group'
      expect(content).toMatch(isShown ? /^\[media\]$/ : /^refused: /)
      expect(entry.files.map(({ kind }) => kind)).toEqual(isShown ? ['voice'] : [])
    })
  })

  it('that a person sends has what the platform offers: a wav and its words', async () => {
    const attachment = {
      content_type: 'voice',
      filename: 'v.amr',
      url: 'https://example.com/v.silk',
      voice_wav_url: 'https://example.com/v.wav',
      asr_refer_text: 'hello',
    }
    await talk(where, speaking, async (person) => {
      await person.say('', { attachments: [attachment] }).expect('voice: hello, https://example.com/v.wav')
    })
  })
})
