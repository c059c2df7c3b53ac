import type { Target } from '../message/message.js'

/** What a reply hangs on: the message or the event it answers (§6.1, §6.3). */
export type Anchor = { readonly msgId: string } | { readonly eventId: string }

/** Text, or a body as the platform takes it (§5.2, §5.10). */
export type OutgoingMessage = string | Readonly<Record<string, unknown>>

// TODO(rest)
export type SendResult = { readonly kind: string; readonly mode: 'passive' | 'proactive' }

/** The way out, as contexts need it. `Rest` is the implementation we ship. */
export interface Outbox {
  send(
    target: Target,
    message: OutgoingMessage,
    options: { readonly anchor?: Anchor; readonly replayed?: boolean; readonly signal?: AbortSignal },
  ): Promise<SendResult>
  acknowledge(interactionId: string, code: number): Promise<unknown>
}
