import { streamSpacing } from '@qqkit/protocol'
import * as v from 'valibot'

import { checkShape } from '../checks/check-shape.js'
import { only } from '../checks/only.js'
import { count, filled, flag } from '../checks/shapes.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { checkId } from '../http/route-path.js'
import type { CallOptions } from '../pipeline/caller.js'
import type { Anchor } from '../reply/anchor.js'
import type { Target } from '../send/scenes.js'

/** Where a text can be streamed to: a private chat (§5.4). */
export type StreamTarget = Target & { readonly scene: 'c2c' }

/** How a text is streamed. `timeout` is for each call, in ms. */
export interface StreamOptions extends CallOptions {
  /** What it replies to: there is no streaming without one. */
  readonly anchor: Anchor
  /** What is written: `'append'` (default) what comes next, `'replace'` the whole text so far. */
  readonly mode?: 'append' | 'replace' | undefined
  /** Default `'text'`. */
  readonly contentType?: 'text' | 'markdown' | undefined
  /** ms between two chunks, at least 300; default 500. */
  readonly throttle?: number | undefined
  /** Characters of one message, after which the text goes on in the next. Default: what the platform tells, else 5000. */
  readonly maxLength?: number | undefined
  /** The event may have been handled before: an answer that was begun then is not begun again. */
  readonly replayed?: boolean | undefined
}

const LEAST_LENGTH = 100
const HINT = `give ms, at least ${streamSpacing.minMs}`

const shape: v.GenericSchema = only(
  {
    anchor: v.union(
      [v.looseObject({ msgId: filled }), v.looseObject({ eventId: filled })],
      'give { msgId } or { eventId } of what it replies to: a stream cannot be proactive',
    ),
    mode: v.optional(v.picklist(['append', 'replace'], 'give "append" or "replace"')),
    contentType: v.optional(v.picklist(['text', 'markdown'], 'give "text" or "markdown"')),
    throttle: v.optional(v.pipe(v.number(HINT), v.finite(HINT), v.minValue(streamSpacing.minMs, HINT))),
    maxLength: v.optional(v.pipe(count, v.minValue(LEAST_LENGTH, `at least ${LEAST_LENGTH} characters`))),
    replayed: v.optional(flag),
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
  const { msgId, eventId } = options.anchor
  if (msgId !== undefined && eventId !== undefined)
    throw new InvalidRequestError({ path: 'anchor', hint: 'msgId and eventId exclude each other' })
}
