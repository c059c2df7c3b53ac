import { describe, expect, it } from 'vitest'

import { parseEmoji } from '../../src/events/emoji.js'
import { thrownBy } from '../support/catcher.js'

describe('parseEmoji', () => {
  it.each([
    ['277', { type: 1, id: '277' }],
    ['😭', { type: 2, id: '128557' }],
    ['☀', { type: 2, id: '9728' }],
    ['☀\uFE0F', { type: 2, id: '9728' }],
    [
      { type: 2, id: '10024' },
      { type: 2, id: '10024' },
    ],
  ] as const)('takes %j for %j', (emoji, parsed) => {
    expect(parseEmoji(emoji)).toEqual(parsed)
  })

  it.each(['', 'smile', '👨‍👩‍👧', '🇨🇳', 'x'])('refuses %j with advice', (emoji) => {
    expect(thrownBy(() => parseEmoji(emoji))).toMatchObject({
      code: 'unknown_emoji',
      advice: { zh: expect.stringContaining('表情') as string },
    })
  })
})
