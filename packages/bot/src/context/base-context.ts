import type { Clock, Delivery, ShardId } from '@qqkit/core'
import type { Anchor, SendResult } from '@qqkit/rest'

import { BotError } from '../errors/bot-error.js'
import { isReplyable } from '../events/replyable.js'
import type { Target } from '../message/message.js'
import { sendPieces, splitMessage } from '../text/split-message.js'
import { replyBudget, type ReplyBudget } from '../reply/reply-budget.js'
import type { ReplyWindows } from '../reply/windows.js'
import type { Lifetime } from './lifetime.js'
import type { Outbox, OutboxOptions, OutgoingMessage } from './outbox.js'

/** What contexts are made with, the same for all events of a bot. */
export interface ContextServices {
  readonly outbox: Outbox
  readonly clock: Clock
  readonly windows: ReplyWindows
  /** Characters of one message. */
  readonly maxLength: number
}

/** One event on its way to a context. */
export interface ContextInit {
  readonly delivery: Delivery
  readonly lifetime: Lifetime
  readonly services: ContextServices
}

/** How a message is sent. */
export interface SendOptions {
  /** Stops waiting; the message may be on its way. */
  readonly signal?: AbortSignal
}

/** How a reply is sent. */
export interface ReplyOptions extends SendOptions {
  /** Somewhere else than where the event took place, or where the event does not tell. */
  readonly to?: Target
}

/** What every context has, whatever the event. */
export abstract class BaseContext<E extends string> {
  /** Tells the contexts apart: `'message'`, `'interaction'`, the name on the wire, or `'unknown'`. */
  readonly event: E
  /** The event's name on the wire, e.g. `'GROUP_AT_MESSAGE_CREATE'`. */
  readonly name: string
  /** The frame's own id, which event replies hang on; `null` where the platform gives none. */
  readonly id: string | null
  /** The same for every copy of this event. */
  readonly key: string
  /** Whether an earlier process or connection may have handled this event before. */
  readonly replayed: boolean
  readonly shard: ShardId | null
  /** The payload as it came, untouched. */
  readonly raw: unknown
  /** Where the event took place, and answers go; `null` when the platform does not tell. */
  readonly target: Target | null
  /** Room for middleware to leave things for later handlers. */
  readonly state: Record<string, unknown> = {}
  readonly #init: ContextInit
  readonly #receivedAt: number
  #replies = 0

  constructor(event: E, init: ContextInit, target: Target | null) {
    const { delivery, services } = init
    this.event = event
    this.name = delivery.frame.t ?? ''
    this.id = delivery.frame.id ?? null
    this.key = delivery.key
    this.replayed = delivery.replayed
    this.shard = delivery.shard
    this.raw = delivery.frame.d
    this.target = target
    this.#init = init
    this.#receivedAt = services.clock.wall()
  }

  /** Aborts when the handler has run out of time (`handlerTimeout`, `stopTimeout`). Pass it on to what can be cancelled. */
  get signal(): AbortSignal {
    return this.#init.lifetime.signal
  }

  /** What is left of the right to answer this event; `null` when it cannot be answered. Advice, never a hard block. */
  get replyBudget(): ReplyBudget | null {
    if (!this.anchor || !this.target) return null
    const { windows, clock } = this.#init.services
    const window = windows[this.target.scene]
    return replyBudget(window, this.sentAt ?? this.#receivedAt, this.#replies, clock.wall())
  }

  /** Wall time in ms at which the platform received it; `null` when not told. The clock of the reply window (§6.1). */
  get sentAt(): number | null {
    return null
  }

  /** What replies hang on. */
  protected get anchor(): Anchor | null {
    return this.id !== null && isReplyable(this.name) ? { eventId: this.id } : null
  }

  /** For calls of subclasses: the event is not finished before they are. */
  protected get init(): ContextInit {
    return this.#init
  }

  /**
   * Answers this event: a passive reply, which costs no proactive quota. When the window has closed it goes out as a
   * proactive message by itself (§6). Long text goes out in pieces. Await it or return it.
   *
   * @returns what became of it; of the last piece where there were several
   * @throws BotError `not_replyable` or `no_target`; the errors of `rest.send`
   */
  reply(message: OutgoingMessage, options: ReplyOptions = {}): Promise<SendResult> {
    return this.#init.lifetime.watch(this.#reply(message, options))
  }

  /**
   * Sends a proactive message to where this event took place. It draws on a small quota (§6.4): prefer `reply`.
   *
   * @throws BotError `no_target`; the errors of `rest.send`
   */
  send(message: OutgoingMessage, options: SendOptions = {}): Promise<SendResult> {
    return this.#init.lifetime.watch(this.#send(message, options))
  }

  async #reply(message: OutgoingMessage, { to, signal }: ReplyOptions): Promise<SendResult> {
    const { anchor } = this
    if (!anchor) throw new BotError('not_replyable', this.name)
    const target = to ?? this.target
    if (!target) throw new BotError('no_target', this.name)
    return this.#sendPieces(target, message, { anchor, replayed: this.replayed, ...(signal && { signal }) })
  }

  async #send(message: OutgoingMessage, { signal }: SendOptions): Promise<SendResult> {
    if (!this.target) throw new BotError('no_target', this.name)
    return this.#sendPieces(this.target, message, signal ? { signal } : {})
  }

  async #sendPieces(target: Target, message: OutgoingMessage, options: OutboxOptions): Promise<SendResult> {
    const { outbox, maxLength } = this.#init.services
    return sendPieces(splitMessage(message, maxLength), async (piece) => {
      if (options.anchor) this.#replies += 1
      return outbox.send(target, piece, options)
    })
  }
}
