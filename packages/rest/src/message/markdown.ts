import type { Markdown } from '@qqkit/protocol'

import { givenOptions, givenText, isTemplate } from '../checks/given.js'
import { escapeBehind } from '../text/escape.js'
import { RichText } from '../text/rich-text.js'
import { checkPart } from './check-message.js'

/** Indentation of lines that are not empty. */
const INDENTS = /\n([ \t]*)(?=[^\s]|$)/g

/**
 * Removes the line breaks at the start and the end of a template and the common indentation, which come from formatting
 * the code.
 */
const dedent = (parts: readonly string[]): readonly string[] => {
  const last = parts.length - 1
  const indents = parts.flatMap((part, index) =>
    Array.from(part.matchAll(INDENTS))
      // At the end of a part a value follows, except in the last part.
      .filter((match) => index < last || match.index + match[0].length < part.length)
      .map(([, blanks = '']) => blanks.length),
  )
  const shared = indents.length === 0 ? 0 : Math.min(...indents)
  return parts.map((part, index) => {
    let text = part.replaceAll(/\n[ \t]*/g, (blanks) => `\n${blanks.slice(1 + shared)}`)
    if (index === 0) text = text.replace(/^[ \t]*\n/, '')
    return index === last ? text.replace(/\n[ \t]*$/, '') : text
  })
}

/** A message of native markdown. */
export type MarkdownMessage = Readonly<Required<{ markdown: Markdown }>>

const EXTRA: ReadonlySet<string> = new Set(['style'])

/** A value of a markdown template. */
export type MarkdownValue = string | number | bigint | boolean | RichText

const render = (parts: readonly string[], values: readonly MarkdownValue[]): string =>
  dedent(parts).reduce((before, part, index) => {
    const value = values[index - 1] ?? ''
    return before + (RichText.is(value) ? value.toString() : escapeBehind(before, String(value))) + part
  })

/**
 * Native markdown ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}). As a
 * template tag it escapes its values, except `raw()` and the markup of this package (`mention()`, `link()` …), and
 * removes the common indentation. As a function it takes markdown unchanged.
 *
 * @example
 * markdown`Hello **${name}**, ${mention(id)}`
 * @throws InvalidRequestError when it is empty, or no string
 */
export function markdown(parts: TemplateStringsArray, ...values: readonly MarkdownValue[]): MarkdownMessage
export function markdown(content: string, extra?: Pick<Markdown, 'style'>): MarkdownMessage
export function markdown(
  content: string | TemplateStringsArray,
  ...rest: readonly (MarkdownValue | Pick<Markdown, 'style'> | undefined)[]
): MarkdownMessage {
  if (isTemplate(content))
    return checkPart({ markdown: { content: render(content, rest as readonly MarkdownValue[]) } })
  const extra = rest[0] as Pick<Markdown, 'style'> | undefined
  return checkPart({
    markdown: {
      content: givenText('content', content),
      ...(extra !== undefined && givenOptions('extra', extra, EXTRA)),
    },
  })
}
