import { BotError } from '../common/errors.js'
import type { Target } from '../events/message.js'
import type { PlatformClient } from './platform-client.js'

interface Identified {
  readonly id: string | null
  /**
   * What `rest` says of its messages: a `'streamed'` one cannot be taken back
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}).
   */
  readonly kind?: string
  /** Of a message that was sent: all that it went out in. */
  readonly pieces?: readonly Identified[]
}

/**
 * What can be taken back: the result of a send, a message that came, or an id; of the result of a stream what went out as an
 * ordinary message.
 */
export type Recallable = string | Identified | { readonly messages: readonly Identified[] }

/** How a message is taken back. */
export interface RecallOptions {
  /** Where it stands, if not where the event took place. */
  readonly to?: Target
  /** Guild scenes: leave no trace of it. Default `false`. */
  readonly hideTip?: boolean
  /** Stops waiting. */
  readonly signal?: AbortSignal
}

const idsOf = (message: Recallable): readonly string[] => {
  if (typeof message === 'string') return [message]
  const pieces = 'messages' in message ? message.messages : (message.pieces ?? [message])
  if (pieces.some(({ kind }) => kind === 'streamed')) throw new BotError('stream_not_recallable')
  const ids = pieces.map(({ id }) => id)
  if (ids.length === 0 || ids.includes(null)) throw new BotError('nothing_to_recall')
  return ids as readonly string[]
}

/**
 * Takes back a message, all pieces of it, the last one first.
 *
 * @throws BotError `nothing_to_recall` or `stream_not_recallable` before any call; the errors of the outbox
 */
export const recall = async (
  outbox: PlatformClient,
  target: Target,
  message: Recallable,
  { hideTip, signal }: RecallOptions,
): Promise<void> => {
  const options = { ...(hideTip !== undefined && { hideTip }), ...(signal && { signal }) }
  for (const id of idsOf(message).toReversed()) await outbox.recall(target, id, options)
}
