import { describe, expect, it } from 'vitest'

import { InvalidRequestError, text } from '../../src/index.js'
import {
  channelLink,
  commandEnter,
  commandInput,
  emoji,
  inlineImage,
  link,
  mention,
  mentionEveryone,
  raw,
  RichText,
  type MentionScene,
} from '../../src/text/index.js'

describe('tags', () => {
  it.each([
    ['a member of a group', mention('C3C3'), '<qqbot-at-user id="C3C3" />'],
    ['a member of a guild in a channel', mention('42', 'channel'), '<qqbot-at-user id="42" />'],
    ['a member of a guild in a DM', mention('42', 'dm'), '<@42>'],
    ['everyone', mentionEveryone(), '<qqbot-at-everyone />'],
    ['a channel', channelLink('200001'), '<#200001>'],
    ['an emoji', emoji(277), '<emoji:277>'],
    ['a command that is sent', commandEnter('/帮助'), '<qqbot-cmd-enter text="%2F%E5%B8%AE%E5%8A%A9" />'],
    [
      'a command that is put into the box',
      commandInput('/roll "6"'),
      '<qqbot-cmd-input text="%2Froll%20%226%22" show="%2Froll%20%226%22" reference="false" />',
    ],
    [
      'a command that is shown otherwise',
      commandInput('/roll', { show: 'Roll', reference: true }),
      '<qqbot-cmd-input text="%2Froll" show="Roll" reference="true" />',
    ],
    ['half a character', commandEnter('\u{D83D}'), '<qqbot-cmd-enter text="%EF%BF%BD" />'],
    [
      'a link',
      link('Docs [1]', 'https://example.com/a(b)?c=d e'),
      '[Docs &#91;1&#93;](https://example.com/a%28b%29?c=d%20e)',
    ],
    [
      'an image',
      inlineImage('https://example.com/cat.png', { text: 'cat', width: 208, height: 320 }),
      '![cat #208px #320px](https://example.com/cat.png)',
    ],
    [
      'an image whose text looks like a size',
      inlineImage('https://example.com/cat.png', { text: '#1px #2px', width: 3, height: 4 }),
      String.raw`![\#1px \#2px #3px #4px](https://example.com/cat.png)`,
    ],
  ])('BT-08 for %s', (_what, tag, wire) => {
    expect(String(tag)).toBe(wire)
    expect(JSON.parse(JSON.stringify({ tag }))).toEqual({ tag: wire })
  })

  it.each([
    ['an empty id', () => mention(''), 'userId'],
    ['an id that ends the tag', () => mention('4" /><@1'), 'userId'],
    ['a scene without mentions', () => mention('42', 'c2c' as MentionScene), 'scene'],
    ['a channel that is none', () => channelLink('1>'), 'channelId'],
    ['an emoji that is none', () => emoji('a b'), 'emojiId'],
    ['no command', () => commandEnter(''), 'text'],
    ['a command that is too long', () => commandInput('x'.repeat(101)), 'show'],
    ['a long command that is shown otherwise', () => commandInput('x'.repeat(101), { show: 'x' }), 'text'],
    ['an address that is none', () => link('x', 'example'), 'url'],
    ['an image without a size', () => inlineImage('https://example.com/', { width: 0, height: 1 }), 'width'],
  ])('BT-08 refuses %s', (_what, make, path) => {
    expect(make).toThrow(InvalidRequestError)
    expect(make).toThrow(expect.objectContaining({ path }))
  })

  it('BT-08 stay unchanged in texts', () => {
    expect(text(`${mention('C3C3').toString()} hi`)).toEqual({ content: '<qqbot-at-user id="C3C3" /> hi' })
    expect(RichText.is(raw('x'))).toBe(true)
    expect(RichText.is('x')).toBe(false)
  })
})
