/** What people see of the text of a language model: whole, and cut at any place. */
import { hostileUnits } from '@qqkit/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'

import { cleanModelText, ModelText, type ModelTextOptions } from '../../src/middleware/model-text.js'

/** The text as it comes, cut after some characters. */
const streamed = (text: string, size: number, options?: ModelTextOptions): readonly string[] => {
  const cleaner = new ModelText(options)
  const parts: string[] = []
  for (let at = 0; at < text.length; at += size) parts.push(cleaner.write(text.slice(at, at + size)))
  return [...parts, cleaner.end()]
}

const TEXTS: readonly (readonly [string, string])[] = [
  ['hello', 'hello'],
  ['', ''],
  ['<think>\nhm\n</think>\n\nhello', 'hello'],
  ['<THINK>hm</Think>hello', 'hello'],
  ['a\n\n<thinking>hm</thinking>\n\nb', 'a\n\nb'],
  ['a <think>hm', 'a'],
  ['<reasoning effort="high">x</reasoning>b', 'b'],
  ['a<tool_call>{"name": "f"}</tool_call>b', 'ab'],
  ['  a  ', 'a'],
  ['a  \n  \n\n  b', 'a  \n\n  b'],
  ['a<function=search>{"q": 1}</function>', 'a'],
  ['a<｜tool▁calls▁begin｜>f{}<｜tool▁calls▁end｜>b', 'ab'],
  ['<|tool_calls_section_begin|>x<|tool_calls_section_end|>b', 'b'],
  ['hi<|im_end|>', 'hi'],
  // The longest tag and link.
  [`hi<qqbot-${'a'.repeat(299)}/>`, 'hi'],
  ['hi<｜end▁of▁sentence｜>', 'hi'],
  ['<|begin_of_text|>hi', 'hi'],
  ['1 < 2 and 3 > 2, <b>bold</b> <thinker>', '1 < 2 and 3 > 2, <b>bold</b> <thinker>'],
  ['`<think>` opens it', '`<think>` opens it'],
  ['```xml\n<tool_call>\n\n\n\n</tool_call>\n```', '```xml\n<tool_call>\n\n\n\n</tool_call>\n```'],
  ['a `b\n<think>x</think>c', 'a `b\nc'],
  ['a\n\n\n\n\nb\n', 'a\n\nb'],
  ['- a\n    - b', '- a\n    - b'],
  [
    'hi @everyone and <qqbot-at-everyone />, <@123>, <@!9> `@everyone`',
    'hi ＠everyone and , ,  `＠everyone`',
  ],
  ['mail a@b.c and @eve', 'mail a@b.c and @eve'],
  ['see https://a.com/x. [b](https://b.com)', 'see https://a.com/x. [b](https://b.com)'],
]

const PIECES = (
  '<think> </think> <tool_call> </tool_call> <|im_end|> ` ``` a < > @everyone <@1> https://a.com [x]( ) ![ <qqbot- ｜ ' +
  '<｜tool▁calls▁begin｜> <｜tool▁calls▁end｜>'
)
  .split(' ')
  .concat(' ', '\n', '\n\n\n', '😀', '，', ']', '(', '**b**', '[a](https://a.com/')
  // Around the greatest lengths of labels, tags and addresses.
  .concat('😀'.repeat(149), 'a'.repeat(297), 'b'.repeat(1991))

describe('BT-52 the text of a model', () => {
  it.each(TEXTS)('%j is shown as %j, however it is cut', (text, shown) => {
    expect(cleanModelText(text)).toBe(shown)
    for (let size = 1; size <= text.length; size += 1) expect(streamed(text, size).join('')).toBe(shown)
  })

  it('without the opening tag of its reasoning is known when it is whole', () => {
    expect(cleanModelText('hm, hm\n</think>\n\nhello')).toBe('hello')
    expect(cleanModelText('<think>a</think>b</think>c')).toBe('bc')
    expect(streamed('hm</think>hello', 3).join('')).toBe('hmhello')
  })

  it.each([
    ['https://evil.com/a?b=1 https://www.a.com', 'evil．com/a?b=1 https://www.a.com'],
    ['[here](https://evil.com) ![cat](https://evil.com/c.png)', 'here cat'],
    ['[](http://evil.com)', 'evil．com'],
    [`[a](https://${'b'.repeat(2000)})`, 'a'],
    ['`https://evil.com`', '`evil．com`'],
    ['https://a.com.evil.com', 'a．com．evil．com'],
    ['[a](https://a.com/x) http://', '[a](https://a.com/x) http://'],
  ])('has only addresses of known domains: %j is shown as %j', (text, shown) => {
    const options = { domains: ['a.com'] }
    expect(cleanModelText(text, options)).toBe(shown)
    for (let size = 1; size <= text.length; size += 1)
      expect(streamed(text, size, options).join('')).toBe(shown)
  })

  it('keeps mentions where they are wanted', () => {
    expect(cleanModelText('@everyone <@123>', { mentions: true })).toBe('@everyone <@123>')
  })

  it('is the same whole and in pieces of any size, and nothing shown is taken back', () => {
    const piece = fc.constantFrom(...PIECES)
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
        fc.option(fc.constant(['b.com']), { nil: undefined }),
        (pieces, sizes, domains) => {
          const text = pieces.join('')
          const whole = new ModelText({ domains })
          const expected = whole.write(text) + whole.end()
          const cut = new ModelText({ domains })
          let shown = ''
          for (let at = 0, turn = 0; at < text.length; turn += 1) {
            const size = sizes[turn % sizes.length]!
            shown += cut.write(text.slice(at, at + size))
            at += size
          }
          expect(shown + cut.end()).toBe(expected)
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 300) },
    )
  })

  it('looks at each character a bounded number of times, whole and in pieces', () => {
    const own = [
      '<think>',
      '</think>',
      '<tool_call>',
      '![a](',
      'https://',
      '@',
      '`',
      ' ',
      '\n',
      '<|tool_begin|>',
    ]
    const open = ['https://a.com/', '[a](https://a.com/', '[', '<', '`', '<think>', 'a']
    const texts = [
      ...[...hostileUnits, ...own].map((unit) => unit.repeat(Math.ceil(4000 / unit.length))),
      // One token that is as long as the text.
      ...open.flatMap((start) => ['a', '`', '<', '/', '。'].map((unit) => start + unit.repeat(4000))),
    ]
    const dear = texts.flatMap((text) =>
      [text.length, 7, 1].flatMap((size) => {
        const looks = looksPerCharacter(text, size)
        return looks > 16 ? [`${JSON.stringify(text.slice(0, 20))} by ${size}: ${Math.round(looks)}`] : []
      }),
    )
    expect(dear).toEqual([])
  })
})

/** How often each character is given to a search, on the average. */
const looksPerCharacter = (text: string, size: number): number => {
  let looks = 0
  const exec: (this: RegExp, text: string) => RegExpExecArray | null = Object.getOwnPropertyDescriptor(
    RegExp.prototype,
    'exec',
  )!.value
  const counting = vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function look(this: RegExp, given) {
    const from = this.global ? this.lastIndex : 0
    const found = exec.call(this, given)
    looks += (found ? found.index + found[0].length : given.length) - from
    return found
  })
  try {
    streamed(text, size, { domains: [] })
  } finally {
    counting.mockRestore()
  }
  return looks / text.length
}
