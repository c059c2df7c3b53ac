import type { TextOf } from '@qqkit/rest'

import type { ReplyOptions } from '../context/base-context.js'

/** How an answer is streamed. */
export interface AnswerOptions extends ReplyOptions {
  /** What the source gives: `'append'` (default) what comes next, `'replace'` the whole text so far. */
  readonly mode?: 'append' | 'replace'
  /** Whether it is markdown. Default `false`. */
  readonly markdown?: boolean
  /** ms between two chunks, at least 300; default 500. */
  readonly throttle?: number
}

/** With where the text is in what the source yields. */
export interface MappedAnswerOptions<T> extends AnswerOptions {
  /** Finds the text in a piece; pieces without one are passed over. */
  readonly text: TextOf<T>
}
