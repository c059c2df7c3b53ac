import { streamSpacing } from '@qqkit/protocol'
import * as v from 'valibot'

import { isGate } from '../checks/call-options.js'
import { checkShape } from '../checks/check-shape.js'
import { count, filled, flag, only } from '../checks/shapes.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { checkId } from '../http/route-path.js'
import type { CallOptions } from '../pipeline/client.js'
import type { Anchor } from '../send/reply-numbers.js'
import type { SendGate } from '../types/call.js'
import type { Target } from '../types/target.js'

/**
 * Target of a stream: a private chat
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}).
 */
export type StreamTarget = Target & { readonly scene: 'c2c' }

/** Longest message: in characters, or in bytes of UTF-8. */
export type MaxLength = number | { readonly bytes: number }

/** Options of a stream. `timeout` applies to each call, in ms. */
export interface StreamOptions extends CallOptions {
  /**
   * The message or event to reply to; `null` for a proactive message, which counts against the quota
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  readonly anchor: Anchor | null
  /** What `write()` takes: `'append'` (default) the next text, `'replace'` the whole text so far. */
  readonly mode?: 'append' | 'replace' | undefined
  /** Default `'text'`. */
  readonly contentType?: 'text' | 'markdown' | undefined
  /** ms between two chunks, at least 300; default 500. */
  readonly throttle?: number | undefined
  /**
   * Longest message, after which the next one continues the text; default 5000 characters. According to one report,
   * streams silently stop growing at about 2000 bytes
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}): if lost text is worse
   * than several messages, give `{ bytes: 1700 }`. An ordinary message then has 5000 characters.
   */
  readonly maxLength?: MaxLength | undefined
  /**
   * Time after which a message is ended and the next one continues the text, in ms; default 8 minutes, since the
   * platform closes a streamed message after about 10
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}). `Infinity`: leave the
   * end to the platform.
   */
  readonly maxAge?: number | undefined
  /**
   * The event may have been handled before: if an answer was begun then, the whole text is sent as ordinary messages.
   */
  readonly replayed?: boolean | undefined
  /** Another process may stream the same answer: if it does, this stream sends nothing. */
  readonly shared?: boolean | undefined
  /** Asked directly before each request: where events are shared, whether this process may still answer. */
  readonly gate?: SendGate | undefined
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
    gate: v.optional(v.custom(isGate, 'give an object with pass()')),
    signal: v.optional(v.instance(AbortSignal, 'give an AbortSignal')),
    timeout: v.optional(v.pipe(v.number('give ms'), v.finite('give ms'), v.minValue(1, 'give ms'))),
  },
  'a stream takes no such option',
)

/**
 * Checks target and options of a stream.
 *
 * @throws InvalidRequestError
 */
export const checkStream = (target: StreamTarget, options: StreamOptions): void => {
  if (typeof target !== 'object' || target === null)
    throw new InvalidRequestError({ path: 'target', hint: "give { scene: 'c2c', id }", received: target })
  if (target.scene !== 'c2c')
    throw new InvalidRequestError({
      path: 'target.scene',
      hint: 'streams exist in C2C only: send an ordinary message here',
      received: target.scene,
    })
  checkId('target.id', target.id)
  checkShape(shape, options, 'options')
  const { msgId, eventId } = options.anchor ?? {}
  if (msgId !== undefined && eventId !== undefined)
    throw new InvalidRequestError({ path: 'anchor', hint: 'msgId and eventId exclude each other' })
}
