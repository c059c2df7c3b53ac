import { describe, expect, it } from 'vitest'

import { markdown } from '../../src/index.js'
import { mention, raw } from '../../src/text/index.js'

const content = (message: ReturnType<typeof markdown>): string | undefined => message.markdown.content

describe('markdown', () => {
  it('is a function', () => {
    expect(markdown('hi')).toEqual({ markdown: { content: 'hi' } })
    expect(() => markdown('')).toThrow(/empty/)
  })

  // prettier-ignore
  it('is a tag that takes values', () => {
    const name = 'ann'
    expect(content(markdown`hi **${name}**, ${2}`)).toBe('hi **ann**, 2')
    expect(content(markdown`${name}`)).toBe('ann')
  })

  // prettier-ignore
  it('BT-08 escapes values, except its own tags and raw values', () => {
    expect(content(markdown`**${'a*b'}** ${mention('42')} ${raw('_c_')}`)).toBe(
      String.raw`**a\*b** <qqbot-at-user id="42" /> _c_`,
    )
    expect(content(markdown('*as it is*'))).toBe('*as it is*')
  })

  it('takes a style', () => {
    expect(markdown('hi', { style: { layout: 'hide_avatar_and_center' } })).toEqual({
      markdown: { content: 'hi', style: { layout: 'hide_avatar_and_center' } },
    })
  })

  // prettier-ignore
  it('may be indented like the code around it', () => {
    const code = 'a\n  b'
    expect(content(markdown`
      # Menu

        - tea
      - ${raw(code)}
      ${'end'}
    `)).toBe('# Menu\n\n  - tea\n- a\n  b\nend')
  })

  // prettier-ignore
  it('keeps blanks that belong to a line', () => {
    expect(content(markdown`one  
two`)).toBe('one  \ntwo')
    expect(content(markdown`  x`)).toBe('  x')
  })
})
