import type { InteractionCode } from '@qqkit/protocol'
import type { OutgoingMessage as WireMessage, SendOptions as RestSendOptions, SendResult } from '@qqkit/rest'

import type { Target } from '../message/message.js'

/** Text, or a message in the shape of the wire (§5.2, §5.10), for what text alone cannot say. */
export type OutgoingMessage = string | WireMessage

/** How a message is sent. */
export type OutboxOptions = RestSendOptions

/** The way out, as contexts need it. */
export interface Outbox {
  send(target: Target, message: OutgoingMessage, options: OutboxOptions): Promise<SendResult>
  acknowledge(interactionId: string, code: InteractionCode): Promise<void>
}
