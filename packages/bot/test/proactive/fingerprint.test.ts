import { describe, expect, it } from 'vitest'

import { button, image, keyboard, markdown, type OutgoingMessage } from '../../src/index.js'
import { fingerprintOf } from '../../src/proactive/fingerprint.js'

const MESSAGES: readonly (() => OutgoingMessage)[] = [
  () => 'news',
  () => ({ content: 'news' }),
  () => ({
    ...markdown`
**news**
    `,
    ...keyboard([[button.callback('Read', 'read')]]),
  }),
  () => ({
    ...markdown`
**news**
    `,
    ...keyboard([[button.callback('Read', 'later')]]),
  }),
  () => image(new Uint8Array([1, 2, 3])),
  () => image(new Uint8Array([1, 2, 4])),
  () => image(new Uint8Array([1, 2, 5]).buffer),
  () => image(new URL('https://example.test/a.png')),
  () => image('https://example.test/b.png'),
]

describe('the fingerprint of a message', () => {
  it('TF-08 is the same for equal messages, and another for others', () => {
    expect(MESSAGES.map((make) => fingerprintOf(make()))).toEqual(
      MESSAGES.map((make) => fingerprintOf(make())),
    )
    expect(new Set(MESSAGES.map((make) => fingerprintOf(make()))).size).toBe(MESSAGES.length)
    expect(fingerprintOf('news')).toBe('1461bae91ccfcbfa')
  })
})
