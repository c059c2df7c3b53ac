import { markdown as build, type OutgoingMessage } from '@qqkit/rest'

import { dedent } from './dedent.js'

/** A message of native markdown. */
export type MarkdownMessage = Required<Pick<OutgoingMessage, 'markdown'>>

/**
 * Native markdown (§5.3), as a tag or as a function: markdown`You said **${text}**` or `markdown(content)`. Values are
 * put in as they are; a template may be indented like the code around it.
 *
 * @throws InvalidRequestError when it is empty
 */
export const markdown = (
  content: string | TemplateStringsArray,
  ...values: readonly unknown[]
): MarkdownMessage =>
  build(typeof content === 'string' ? content : String.raw({ raw: dedent(content) }, ...values))
