import * as fc from 'fast-check'
import { marked, type Token, type Tokens } from 'marked'
import { describe, expect, it } from 'vitest'

import { markdown } from '../../src/index.js'
import {
  code,
  codeBlock,
  escapeContent,
  escapeMarkdown,
  link,
  plainText,
  unescapeContent,
} from '../../src/text/index.js'

describe('the content of guilds', () => {
  it('BT-08 is unescaped into the original text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => unescapeContent(escapeContent(text)) === text),
    )
    const pieces = fc
      .array(fc.constantFrom('&', '<', '>', '&amp;', '&lt;', 'amp;', 'a'))
      .map((all) => all.join(''))
    fc.assert(fc.property(pieces, (text) => unescapeContent(escapeContent(text)) === text))
  })

  it('BT-08 holds no tag when it is escaped', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>]/.test(escapeContent(text))))
    expect(escapeContent('<@42> & <#7>')).toBe('&lt;@42&gt; &amp; &lt;#7&gt;')
    expect(unescapeContent('&amp;lt; &lt;b&gt; &quot;')).toBe('&lt; <b> &quot;')
  })
})

/** What people write to do harm, in pieces that make more harm together. */
const HARM = [
  ...'# ## - + * _ __ ** ~~ ~~~ > 1. 23) --- === *** | :- |-|'.split(' '),
  ...'` ``` \\ [ ] ( ) ! ![a](b) [a]: < <@42> <@!42> <#7> <emoji:4> @everyone @ everyone'.split(' '),
  ...'<b> </b> <!-- &lt; & ; a words 7 中文 😀'.split(' '),
  '<qqbot-at-everyone />',
  '<qqbot-at-user id="1" />',
  '<qqbot-cmd-enter text="x" />',
  '\n',
  '\n\n',
  '\r\n',
  ' ',
  '    ',
  '\t',
]
const harm = fc.array(fc.constantFrom(...HARM), { maxLength: 12 }).map((pieces) => pieces.join(''))

const HARMLESS: ReadonlySet<string> = new Set(['paragraph', 'text', 'escape', 'br', 'space'])

const walk = (tokens: readonly Token[]): readonly Token[] =>
  tokens.flatMap((token) => {
    const { tokens: inner = [], items = [] } = token as Tokens.Generic & { items?: Token[] }
    return [token, ...walk(inner), ...walk(items)]
  })

/** What looks like an address in running text, e.g. `7@1.a`, is shown as it is and leads where it says. */
const isPlainAddress = (token: Token): boolean => token.type === 'link' && token.raw === token.text

const structures = (source: string): readonly string[] =>
  walk(marked.lexer(source)).flatMap((token) =>
    HARMLESS.has(token.type) || isPlainAddress(token) ? [] : [token.type],
  )

/** What a renderer shows, in text. */
const shown = (source: string): string =>
  (marked.parse(source) as string)
    // An address in running text is shown as it is (`isPlainAddress`).
    .replaceAll(/<br>|<\/?p>|<a href="[^"]*">|<\/a>/g, '')
    .replaceAll(
      /&(lt|gt|amp|quot|#39|#96);/g,
      (_entity, name: string) =>
        ({ lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", '#96': '`' })[name] ?? '',
    )

/** Without blanks, and without what only keeps words apart. */
const squeeze = (text: string): string => text.replaceAll(/[\s\u200B]+/g, '')

const TAGS = /<[@#]|<emoji:|<qqbot-|@everyone/i

describe('what is put into a template', () => {
  it('BT-08 makes no markdown and no tag, and is shown literally', () => {
    fc.assert(
      fc.property(harm, (value) => {
        const safe = escapeMarkdown(value)
        expect(structures(safe)).toEqual([])
        expect(safe).not.toMatch(TAGS)
        expect(squeeze(shown(safe))).toBe(squeeze(value))
      }),
      { numRuns: 3000 },
    )
  })

  it('BT-08 keeps addresses intact', () => {
    expect(structures(escapeMarkdown('7@1.a'))).toEqual([])
    expect(structures('[7@1.a](https://example.test)')).toEqual(['link'])
  })

  it('BT-08 holds beside other values, and everywhere in a text', () => {
    const places = [
      (a: string, b: string) => markdown`${a}${b}`,
      (a: string, b: string) => markdown`Hello ${a}, ${b}!`,
      (a: string, b: string) => markdown`${a}\n${b}`,
    ]
    fc.assert(
      fc.property(fc.constantFrom(...places), harm, harm, (make, a, b) => {
        fc.pre((a + b).trim() !== '')
        const { content = '' } = make(a, b).markdown
        expect(structures(content)).toEqual([])
        expect(content).not.toMatch(TAGS)
      }),
      { numRuns: 3000 },
    )
  })

  // prettier-ignore
  it('BT-08 leaves the surrounding text unchanged', () => {
    const around = (value: string) => ({
      list: markdown`- ${value}`.markdown.content ?? '',
      quote: markdown`> ${value}`.markdown.content ?? '',
      heading: markdown`# ${value}`.markdown.content ?? '',
      number: markdown`1. ${value}`.markdown.content ?? '',
    })
    fc.assert(
      fc.property(harm, (value) => {
        const line = value.replaceAll(/[\r\n]+/g, ' ').trim()
        fc.pre(line !== '')
        const { list, quote, heading, number } = around(line)
        expect(structures(list)).toEqual(['list', 'list_item'])
        expect(structures(quote)).toEqual(['blockquote'])
        expect(structures(heading)).toEqual(['heading'])
        expect(structures(number)).toEqual(['list', 'list_item'])
      }),
      { numRuns: 1500 },
    )
  })

  it('BT-08 survives the conversion to plain text, and makes no tag there', () => {
    fc.assert(
      fc.property(harm, (value) => {
        const plain = plainText(escapeMarkdown(value))
        expect(plain).not.toMatch(TAGS)
        expect(squeeze(plain)).toBe(squeeze(value))
      }),
      { numRuns: 3000 },
    )
  })

  it('BT-08 in code ends with the code', () => {
    fc.assert(
      fc.property(harm, (value) => {
        const spans = walk(marked.lexer(`see ${code(value).toString()} there`)).filter(
          ({ type }) => type === 'codespan',
        )
        expect(spans).toHaveLength(1)
        const blocks = marked.lexer(`${codeBlock(value, 'ts').toString()}\n`)
        expect(blocks.map(({ type }) => type)).toEqual(['code'])
        fc.pre(value.trim() !== '')
        expect((blocks[0] as Tokens.Code).text.replaceAll('\u200B', '').replace(/\n+$/, '')).toBe(
          value.replaceAll('\r\n', '\n').replace(/\n+$/, ''),
        )
        expect(code(value).toString()).not.toMatch(/<[@#]|<emoji:|<qqbot-/)
      }),
      { numRuns: 1500 },
    )
  })

  it('BT-08 in a link stays in it', () => {
    fc.assert(
      fc.property(harm, harm, (value, path) => {
        fc.pre(value.trim() !== '')
        const source = link(value, `https://example.com/?q=${path}`).toString()
        expect(structures(source)).toEqual(['link'])
      }),
      { numRuns: 1500 },
    )
  })

  it('BT-08 keeps harmless characters readable', () => {
    expect(escapeMarkdown('Tom & Ann: 1 + 1 = 2, see #5 (or 3.5) – a-b, 50% "x"')).toBe(
      'Tom & Ann: 1 + 1 = 2, see #5 (or 3.5) – a-b, 50% "x"',
    )
    expect(escapeMarkdown('# x\n2. y\n    z')).toBe('\\# x\n2\\. y\n\u00A0\u00A0\u00A0\u00A0z')
  })
})
