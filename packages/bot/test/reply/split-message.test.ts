import { describe, expect, it } from 'vitest'

import { markdown } from '../../src/index.js'
import { splitMessage } from '../../src/reply/split-message.js'

describe('splitMessage', () => {
  it('BT-07 puts buttons below the last piece, and leaves other messages alone', () => {
    const keyboard = { id: 'k1' }
    expect(splitMessage({ ...markdown('one two\n\nthree four'), keyboard }, 60)).toHaveLength(1)
    const pieces = splitMessage({ markdown: { content: 'word '.repeat(20) }, keyboard }, 60)
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.map((piece) => typeof piece === 'object' && 'keyboard' in piece)).toEqual(
      pieces.map((_, index) => index === pieces.length - 1),
    )
    const media = { media: { file_info: 'x' } }
    expect(splitMessage(media, 1)).toEqual([media])
  })

  it.each([
    ['text', (text: string) => text],
    ['content', (content: string) => ({ content })],
    ['markdown', (content: string) => ({ markdown: { content } })],
  ])('BT-07 splits what is one character too long, and nothing before (%s)', (_name, message) => {
    expect(splitMessage(message('x'.repeat(60)), 60)).toEqual([message('x'.repeat(60))])
    expect(splitMessage(message('x'.repeat(61)), 60).length).toBeGreaterThan(1)
  })
})
