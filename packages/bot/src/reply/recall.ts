import { BotError } from '../common/errors.js'
import type { Target } from '../events/message.js'
import type { PlatformClient } from './platform-client.js'

interface Identified {
  readonly id: string | null
  /**
   * The kind of a result of `rest`: a `'streamed'` message cannot be recalled
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}).
   */
  readonly kind?: string
  /** All pieces of a sent message. */
  readonly pieces?: readonly Identified[]
}

/**
 * A message that can be recalled: the result of a send, a received message, or an id. Of the result of a stream, only ordinary
 * messages can.
 */
export type Recallable = string | Identified | { readonly messages: readonly Identified[] }

/** How a message is recalled. */
export interface RecallOptions {
  /** The place of the message, if not that of the event. */
  readonly to?: Target
  /** Guild scenes: show no notice of the recall. Default `false`. */
  readonly hideTip?: boolean
  /** Stops waiting. */
  readonly signal?: AbortSignal
}

const idsOf = (message: Recallable): readonly string[] => {
  if (typeof message === 'string' && message !== '') return [message]
  if (typeof message !== 'object' || message === null) throw new BotError('nothing_to_recall')
  const pieces = 'messages' in message ? message.messages : (message.pieces ?? [message])
  if (pieces.some(({ kind }) => kind === 'streamed')) throw new BotError('stream_not_recallable')
  const ids = pieces.map(({ id }) => id)
  if (ids.length === 0 || !ids.every((id) => typeof id === 'string')) throw new BotError('nothing_to_recall')
  return ids
}

/**
 * Recalls a message, all its pieces, the last one first.
 *
 * @throws BotError `nothing_to_recall` or `stream_not_recallable` before any call; the errors of `rest.recall`
 */
export const recall = async (
  client: PlatformClient,
  target: Target,
  message: Recallable,
  { hideTip, signal }: RecallOptions,
): Promise<void> => {
  const options = { ...(hideTip !== undefined && { hideTip }), ...(signal && { signal }) }
  for (const id of idsOf(message).toReversed()) await client.recall(target, id, options)
}
