import { streamSpacing } from '@qqkit/protocol'
import * as v from 'valibot'

import { checkShape } from '../checks/check-shape.js'
import { count, filled, flag, only } from '../checks/shapes.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { checkId } from '../http/route-path.js'
import type { CallOptions } from '../pipeline/client.js'
import type { Anchor } from '../send/reply-numbers.js'
import type { Target } from '../types/target.js'

/**
 * Where a text can be streamed to: a private chat
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}).
 */
export type StreamTarget = Target & { readonly scene: 'c2c' }

/** How long one message may get: in characters, or in bytes of UTF-8. */
export type MaxLength = number | { readonly bytes: number }

/** How a text is streamed. `timeout` is for each call, in ms. */
export interface StreamOptions extends CallOptions {
  /**
   * What it replies to; `null`: nothing, so that it draws on the proactive quota
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  readonly anchor: Anchor | null
  /** What is written: `'append'` (default) what comes next, `'replace'` the whole text so far. */
  readonly mode?: 'append' | 'replace' | undefined
  /** Default `'text'`. */
  readonly contentType?: 'text' | 'markdown' | undefined
  /** ms between two chunks, at least 300; default 500. */
  readonly throttle?: number | undefined
  /**
   * How long one message may get, after which the text goes on in the next; default 5000 characters. One report has it
   * that streams stop growing at about 2000 bytes, and that nothing tells of it
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}): where lost text
   * matters more than one bubble, give `{ bytes: 1700 }`. An ordinary message, where one is sent instead, has 5000
   * characters then.
   */
  readonly maxLength?: MaxLength | undefined
  /**
   * ms after which a message is ended and the text goes on in the next; default 8 minutes, since the platform closes a
   * streamed message after about 10
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}). `Infinity`:
   * leave it to the platform.
   */
  readonly maxAge?: number | undefined
  /**
   * The event may have been handled before: an answer that was begun then may have been cut short, and goes out whole, as an
   * ordinary message.
   */
  readonly replayed?: boolean | undefined
  /** Another process may stream the same answer: then this one does not. */
  readonly shared?: boolean | undefined
}

const LEAST_LENGTH = 100
const MOST = `give characters, or { bytes }, at least ${LEAST_LENGTH}`
const LEAST_AGE = 1000
const AGE = `give ms, at least ${LEAST_AGE}`
const HINT = `give ms, at least ${streamSpacing.minMs}`

const length = (unit: string) => v.pipe(count, v.minValue(LEAST_LENGTH, `at least ${LEAST_LENGTH} ${unit}`))

const shape: v.GenericSchema = only(
  {
    anchor: v.union(
      [v.looseObject({ msgId: filled }), v.looseObject({ eventId: filled }), v.null()],
      'give { msgId } or { eventId } of what it replies to, or null for a proactive message',
    ),
    mode: v.optional(v.picklist(['append', 'replace'], 'give "append" or "replace"')),
    contentType: v.optional(v.picklist(['text', 'markdown'], 'give "text" or "markdown"')),
    throttle: v.optional(v.pipe(v.number(HINT), v.finite(HINT), v.minValue(streamSpacing.minMs, HINT))),
    maxLength: v.optional(v.union([length('characters'), only({ bytes: length('bytes') }, MOST)], MOST)),
    maxAge: v.optional(v.pipe(v.number(AGE), v.minValue(LEAST_AGE, AGE))),
    replayed: v.optional(flag),
    shared: v.optional(flag),
    signal: v.optional(v.instance(AbortSignal, 'give an AbortSignal')),
    timeout: v.optional(v.pipe(v.number('give ms'), v.finite('give ms'), v.minValue(1, 'give ms'))),
  },
  'a stream takes no such option',
)

/**
 * Checks where a stream goes and how.
 *
 * @throws InvalidRequestError
 */
export const checkStream = (target: StreamTarget, options: StreamOptions): void => {
  if (typeof target !== 'object' || target === null)
    throw new InvalidRequestError({ path: 'target', hint: "give { scene: 'c2c', id }", received: target })
  if (target.scene !== 'c2c')
    throw new InvalidRequestError({
      path: 'target.scene',
      hint: 'streaming exists in C2C only: send one message elsewhere',
      received: target.scene,
    })
  checkId('target.id', target.id)
  checkShape(shape, options, 'options')
  const { msgId, eventId } = options.anchor ?? {}
  if (msgId !== undefined && eventId !== undefined)
    throw new InvalidRequestError({ path: 'anchor', hint: 'msgId and eventId exclude each other' })
}
