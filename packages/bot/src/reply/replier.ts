import type { Clock, LogSink } from '@qqkit/core'
import {
  pour,
  RestError,
  type Anchor,
  type NameOf,
  type MessageStream,
  type SendResult,
  type StreamResult,
  type TextOf,
  type TextSource,
} from '@qqkit/rest'

import type { Outbox, OutboxOptions, OutgoingMessage } from '../context/outbox.js'
import { recall } from '../context/recall.js'
import { BotError } from '../errors/bot-error.js'
import type { Target } from '../message/message.js'
import { isKeepable } from '../park/keepable.js'
import { withParkedNumber } from '../park/parked-number.js'
import type { ParkedResult, ReplyResult } from '../park/parked-reply.js'
import type { Opening, ParkingLot } from '../park/parking-lot.js'
import { isUndeliverable } from '../park/undeliverable.js'
import { AnswerSink } from '../stream/answer-sink.js'
import type { AnswerOptions } from '../stream/answer-options.js'
import { mentionsPeople, placeMessage } from '../text/place-message.js'
import { sendPieces, type PieceWays } from '../sent/send-pieces.js'
import type { Sent } from '../sent/sent.js'
import { splitMessage } from '../text/split-message.js'
import { replyBudget, type ReplyBudget } from './reply-budget.js'
import type { ReplyWindows } from './windows.js'

/** What answers are given with, the same for all events of a bot. */
export interface ReplyServices {
  /** AppID of the bot. */
  readonly appId: string
  readonly outbox: Outbox
  readonly clock: Clock
  readonly log: LogSink
  readonly windows: ReplyWindows
  /** Characters of one message. */
  readonly maxLength: number
  /** Where replies wait that cannot go out; `null` when they are errors. */
  readonly parking: Pick<ParkingLot, 'park'> | null
}

/** What can be answered. */
export interface ReplierInit {
  /** Name of the event, for errors. */
  readonly name: string
  /** What answers hang on; `null` when the platform takes none. */
  readonly anchor: Anchor | null
  /** Where they go; `null` when the platform does not tell. */
  readonly target: Target | null
  /** Whether answers may have been given before. */
  readonly replayed: boolean
  /** Wall time in ms when the window opened. */
  readonly since: number
  /** Names of the people in it, where they cannot be mentioned. */
  readonly nameOf: NameOf
  readonly services: ReplyServices
}

/** Seconds that a typing notice may stand (§5.2). */
const LONGEST_NOTICE = 60

/** ms after which a notice is too late to be worth anything. */
const NOTICE_TIMEOUT = 5000

/** Answers one event, and counts what is left of the right to do so. */
export class Replier {
  readonly #init: ReplierInit
  /** What has gone out whole, in order. Typing notices are none. */
  readonly sent: OutgoingMessage[] = []
  #replies = 0
  /** Messages that grow or have grown: each knows how many replies it took. */
  readonly #streams: MessageStream[] = []

  constructor(init: ReplierInit) {
    this.#init = init
  }

  get budget(): ReplyBudget | null {
    const { anchor, target, since, services } = this.#init
    if (!anchor || !target) return null
    const streamed = this.#streams.reduce((sum, { replies }) => sum + replies, 0)
    return replyBudget(services.windows[target.scene], since, this.#replies + streamed, services.clock.wall())
  }

  /** What parked replies can go out on; `null` when no answer is accepted any more. One is left for the handler. */
  get opening(): Opening | null {
    const { anchor, target, services } = this.#init
    const budget = this.budget
    if (!anchor || !target || budget?.open !== true) return null
    return {
      target,
      room: budget.remaining === null ? Infinity : Math.max(1, budget.remaining - 1),
      send: async (message, id) => {
        this.#replies += 1
        return services.outbox.send(target, withParkedNumber(message, target, id), { anchor })
      },
    }
  }

  /** @throws BotError `not_replyable` or `no_target`; IncompleteError; the errors of the outbox */
  async reply(message: OutgoingMessage, to: Target | null, signal?: AbortSignal): Promise<Sent<ReplyResult>> {
    const { name, anchor, target, replayed, services } = this.#init
    if (!anchor) throw new BotError('not_replyable', name)
    const place = to ?? target
    if (!place) throw new BotError('no_target', name)
    const options = { anchor, replayed, ...(signal && { signal }) }
    const result = await this.#send(place, message, options, async (error, left) => {
      // An earlier process may have sent it as a proactive message, of which nobody knows.
      if (!services.parking || replayed || !isUndeliverable(error) || !left.every(isKeepable)) return null
      return services.parking.park(place, left, error).catch(() => null)
    })
    if (result.kind !== 'parked') this.sent.push(message)
    return result
  }

  /**
   * Answers with a text that is still being made: a message that grows where there are such, one message elsewhere.
   *
   * @throws BotError `not_replyable` or `no_target`; what the source throws; the errors of the outbox
   */
  async stream<T>(
    source: TextSource<T>,
    options: AnswerOptions & { readonly text?: TextOf<T> },
    signal: AbortSignal,
  ): Promise<StreamResult | Sent<ReplyResult>> {
    const { to, text, markdown = false, mode = 'append' } = options
    const { name, anchor, target } = this.#init
    if (!anchor) throw new BotError('not_replyable', name)
    const place = to ?? target
    if (!place) throw new BotError('no_target', name)
    signal.throwIfAborted()
    const live = this.#openStream(place, anchor, options, signal)
    const reply = async (message: OutgoingMessage): Promise<Sent<ReplyResult>> =>
      this.reply(message, place, signal)
    const result = await pour(source, new AnswerSink({ mode, markdown, live, reply, signal }), text)
    if (!('messages' in result)) return result
    const { delivered: content } = result
    if (content !== '') this.sent.push(markdown ? { markdown: { content } } : content)
    return result
  }

  /** A message that grows; `null` where there is none, or none is wanted. */
  #openStream(
    { scene, id }: Target,
    anchor: Anchor,
    { mode, markdown, streaming = true, throttle, maxAge, maxLength }: AnswerOptions,
    signal: AbortSignal,
  ): MessageStream | null {
    const { replayed, services } = this.#init
    if (scene !== 'c2c' || !streaming) return null
    const stream = services.outbox.openStream(
      { scene, id },
      {
        anchor,
        mode,
        replayed,
        signal,
        contentType: markdown ? 'markdown' : 'text',
        throttle,
        maxAge,
        maxLength: maxLength ?? services.maxLength,
      },
    )
    this.#streams.push(stream)
    return stream
  }

  /** @throws BotError `no_target`; IncompleteError; the errors of the outbox */
  async send(message: OutgoingMessage, signal?: AbortSignal): Promise<Sent> {
    const { name, target } = this.#init
    if (!target) throw new BotError('no_target', name)
    const result = await this.#send(target, message, signal ? { signal } : {})
    this.sent.push(message)
    return result
  }

  /** Whether people see that an answer is there, or is growing. */
  get begun(): boolean {
    return this.sent.length > 0 || this.#streams.some(({ replies }) => replies > 0)
  }

  /**
   * Whether a typing notice went out: they exist in C2C only, and one without a right to answer is not worth its quota. Tried
   * once: a refusal is worth a record for debugging.
   *
   * @throws `signal.reason`
   */
  async typing(seconds: number, signal?: AbortSignal): Promise<boolean> {
    const { target, anchor, replayed } = this.#init
    if (target?.scene !== 'c2c' || !anchor || this.budget?.open !== true) return false
    const notice = { input_type: 1, input_second: Math.min(Math.ceil(seconds), LONGEST_NOTICE) } as const
    const options = { anchor, replayed, timeout: NOTICE_TIMEOUT, ...(signal && { signal }) }
    try {
      await this.#send(target, { input_notify: notice }, options)
      return true
    } catch (error) {
      if (!RestError.is(error)) throw error
      // Whatever it took of the replies, it took for nothing: nobody counts it but the platform.
      if (error.delivered === 'no') this.#replies -= 1
      const message = 'a typing notice was not taken; the answer is not affected'
      this.#init.services.log({ level: 'debug', event: 'bot.typing_refused', message, error })
      return false
    }
  }

  async #send<R extends ParkedResult = never>(
    target: Target,
    message: OutgoingMessage,
    options: OutboxOptions,
    keep?: PieceWays<R>['keep'],
  ): Promise<Sent<SendResult | R>> {
    const { nameOf, services } = this.#init
    const { outbox, maxLength } = services
    const left = options.anchor ? this.budget?.remaining : null
    const placed = placeMessage(message, target, nameOf)
    return sendPieces(splitMessage(placed, maxLength, left ?? Infinity), {
      send: async (piece) => {
        if (options.anchor) this.#replies += 1
        return outbox.send(target, piece, mentionsPeople(piece) ? { ...options, nameOf } : options)
      },
      recall: async (pieces, terms) => recall(outbox, target, { id: null, pieces }, terms),
      signal: options.signal,
      onTooLong: () => {
        // Refused for itself, it has taken no share of the right to answer.
        if (options.anchor) this.#replies -= 1
      },
      onPartly: (pieces) => this.sent.push(...pieces),
      ...(keep && { keep }),
    })
  }
}
