import { describe, expect, it } from 'vitest'

import { cleanText } from '../../src/message/clean-text.js'

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
    ['first line\n  second', false, 'first line\n  second'],
    ['1 &lt; 2 &amp;&amp; 3 &gt; 2', true, '1 < 2 && 3 > 2'],
    ['&amp;lt;', true, '&lt;'],
    ['1 &lt; 2', false, '1 &lt; 2'],
    ['typed &lt;@!42&gt; myself', true, 'typed <@!42> myself'],
    [`nice ${face('/呲牙')}`, false, 'nice [/呲牙]'],
    ['<faceType=1,faceId="13",ext="!!">', false, '[face]'],
    ['a < b and c > d', false, 'a < b and c > d'],
  ])('BT-08 makes of %j (escaped: %s) %j', (content, escaped, text) => {
    expect(cleanText(content, escaped)).toBe(text)
  })
})
