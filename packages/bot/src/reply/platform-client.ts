import type { InteractionCode } from '@qqkit/protocol'
import type {
  MessageStream,
  ReplyNumbers,
  WireMessage,
  RestSendOptions,
  SendResult,
  StreamOptions,
  StreamTarget,
} from '@qqkit/rest'

import type { Emoji } from '../events/emoji.js'
import type { Target } from '../events/message.js'

/**
 * Text, or a message in the shape of the wire
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}), for what
 * text alone cannot express.
 */
export type OutgoingMessage = string | WireMessage

/** How a message is sent. */
export type PlatformSendOptions = RestSendOptions

/** The calls of the HTTP API that contexts need. */
export interface PlatformClient {
  /** Numbers replies (`msg_seq`): a reply has the same number in every run of its handler ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}). */
  readonly numbers: Pick<ReplyNumbers, 'take' | 'restart' | 'companion' | 'named'>
  send(target: Target, message: OutgoingMessage, options: PlatformSendOptions): Promise<SendResult>
  /**
   * Opens a growing message in a private chat
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}).
   */
  openStream(target: StreamTarget, options: StreamOptions): MessageStream
  acknowledge(interactionId: string, code: InteractionCode): Promise<void>
  recall(
    target: Target,
    messageId: string,
    options: { readonly hideTip?: boolean; readonly signal?: AbortSignal },
  ): Promise<void>
  /** Adds or removes a reaction to a message in a guild channel. */
  react(
    message: { readonly channelId: string; readonly id: string },
    emoji: Emoji,
    options: { readonly on: boolean; readonly signal?: AbortSignal },
  ): Promise<void>
}
