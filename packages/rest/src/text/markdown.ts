import type { Markdown } from '@qqkit/protocol'

import { checkPart } from '../message/check-part.js'
import { dedent } from './dedent.js'
import { escapeBehind } from './escape-markdown.js'
import { RichText } from './rich-text.js'

/** A message of native markdown. */
export type MarkdownMessage = Readonly<Required<{ markdown: Markdown }>>

/** What can be put into a markdown template. */
export type MarkdownValue = string | number | bigint | boolean | RichText

const render = (parts: readonly string[], values: readonly MarkdownValue[]): string =>
  dedent(parts).reduce((before, part, index) => {
    const value = values[index - 1] ?? ''
    return before + (RichText.is(value) ? value.toString() : escapeBehind(before, String(value))) + part
  })

/**
 * Native markdown ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}). As a
 * tag it escapes what is put in, so that people see it as it is; `raw()` and the tags of this package (`mention()`,
 * `link()` …) go in unescaped, and the template may be indented like the code around it. As a function it takes the
 * markdown as it is.
 *
 * @example
 * markdown`Hello **${name}**, ${mention(id)}`
 * @throws InvalidRequestError when it is empty
 */
export function markdown(parts: TemplateStringsArray, ...values: readonly MarkdownValue[]): MarkdownMessage
export function markdown(content: string, extra?: Pick<Markdown, 'style'>): MarkdownMessage
export function markdown(
  content: string | TemplateStringsArray,
  ...rest: readonly (MarkdownValue | Pick<Markdown, 'style'> | undefined)[]
): MarkdownMessage {
  if (typeof content !== 'string')
    return checkPart({ markdown: { content: render(content, rest as readonly MarkdownValue[]) } })
  return checkPart({ markdown: { content, ...(rest[0] as Pick<Markdown, 'style'> | undefined) } })
}
