import { Readable } from 'node:stream'

import { expect, it } from 'vitest'

import { button, image, keyboard, markdown, media, type OutgoingMessage, text } from '../../src/index.js'
import { isSerializable } from '../../src/reply/parking-lot.js'

it.each<readonly [string, boolean, OutgoingMessage]>([
  ['text', true, 'hi'],
  ['markdown with buttons', true, { ...markdown('# hi'), ...keyboard([[button.callback('A', 'a')]]) }],
  ['an image by its address', true, { ...text('look'), ...image('https://example.com/cat.png') }],
  ['an image on the disk', true, image({ path: './cat.png' })],
  ['an image by its URL object', false, image(new URL('https://example.com/cat.png'))],
  ['bytes', false, image(Buffer.from('x'))],
  ['a stream', false, image({ stream: Readable.from([]) })],
  ['an upload, which the platform forgets', false, media('abc')],
])('keeps %s: %s', (_what, keepable, message) => {
  expect(isSerializable(message)).toBe(keepable)
})
