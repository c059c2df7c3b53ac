import { describe, expect, it } from 'vitest'

import { cleanText } from '../../src/events/clean-text.js'

const face = (text: string): string =>
  `<faceType=1,faceId="13",ext="${Buffer.from(JSON.stringify({ text })).toString('base64')}">`

describe('cleanText', () => {
  it.each([
    [' /ping ', false, '/ping'],
    [' ', false, ''],
    ['<@!1000000000000000001> hi', true, 'hi'],
    ['<@!1000000000000000001>\u00A0hi', true, 'hi'],
    ['<@C3C3> <@D4D4>hi', false, 'hi'],
    ['ask <@!42> about it', true, 'ask about it'],
    ['<qqbot-at-user id="42" /> hi', false, 'hi'],
    ['<qqbot-at-everyone /> hi', true, 'hi'],
    ["<qqbot-at-user id='42'></qqbot-at-user> hi", false, 'hi'],
    ['<@C3C3>\u200B/ping\u2060', false, '/ping'],
    ['\uFEFF\u202A/ping ann\u202C', false, '/ping ann'],
    ['\u200B \u200B', false, ''],
    ['👨\u200D👩 ❤\uFE0F', false, '👨\u200D👩 ❤\uFE0F'],
    ['first line\n  second', false, 'first line\n  second'],
    ['1 &lt; 2 &amp;&amp; 3 &gt; 2', true, '1 < 2 && 3 > 2'],
    ['&amp;lt;', true, '&lt;'],
    ['1 &lt; 2', false, '1 &lt; 2'],
    ['typed &lt;@!42&gt; myself', true, 'typed <@!42> myself'],
    [`nice ${face('/呲牙')}`, false, 'nice [/呲牙]'],
    ['<faceType=1,faceId="13",ext="!!">', false, '[face]'],
    ['a < b and c > d', false, 'a < b and c > d'],
  ])('BT-08 makes of %j (escaped: %s) %j', (content, escaped, text) => {
    expect(cleanText(content, { escaped })).toBe(text)
  })

  it.each([
    ['<faceType=1,faceId="13">', '[face]'],
    ['<faceType=4,faceId="",ext="">', '[face]'],
    ['so <faceType=4,faceId="",ext="eyJ0ZXh0IjoiW+a7oeWktOmXruWPt10ifQ=="> big', 'so [满头问号] big'],
    ['<faceType=1,faceId="13",ext="eyJ0ZXh0Ijo3fQ==">', '[face]'],
  ])('BT-16 makes a name of the face %j', (content, text) => {
    expect(cleanText(content, { escaped: false })).toBe(text)
  })

  it.each([
    ['@bot /ping', '/ping'],
    ['/ping @bot', '/ping'],
    ['/kick  @bot  ann', '/kick ann'],
    ['你好 @bot\u2005天气', '你好 天气'],
    ['@bot2 hi @bots', '@bot2 hi @bots'],
    ['mail me@bot.example', 'mail me@bot.example'],
    ['no mention', 'no mention'],
  ])('BT-15 takes the own name out of %j where no tag stands for it', (content, text) => {
    expect(cleanText(content, { escaped: false, ownNames: () => ['', 'bot'] })).toBe(text)
  })

  it('takes an own name literally', () => {
    expect(cleanText('@a.b(c)[d]$ hi @aXb(c)[d]$', { escaped: false, ownNames: () => ['a.b(c)[d]$'] })).toBe(
      'hi @aXb(c)[d]$',
    )
  })
})
