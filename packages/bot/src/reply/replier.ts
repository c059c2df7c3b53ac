import type { Clock, LogSink } from '@qqkit/core'
import {
  RestError,
  type Anchor,
  type SendKind,
  type MessageStream,
  type SendResult,
  type StreamResult,
} from '@qqkit/rest'
import { pipeText, type NameOf, type TextOf, type TextSource } from '@qqkit/rest/text'

import { BotError } from '../common/errors.js'
import type { Target } from '../events/message.js'
import { withQuote } from './addressing.js'
import { AnswerSink } from './answer-sink.js'
import type { ParkedResult, ReplyResult } from './parked-reply.js'
import { isSerializable, isUndeliverable, type SpareReplies, type ParkingLot } from './parking-lot.js'
import type { PlatformClient, PlatformSendOptions, OutgoingMessage } from './platform-client.js'
import { mentionsPeople, renderForTarget } from './render-for-target.js'
import { currentReplyKind } from './reply-kind.js'
import type { AnswerOptions, ReplyOptions } from './reply-options.js'
import { replyBudget, type ReplyBudget, type ReplyWindows } from './reply-window.js'
import { sendPieces, type SendPiecesDeps } from './send-pieces.js'
import type { Sent } from './sent.js'
import { splitMessage } from './split-message.js'

/** What a {@link Replier} works with, the same for all events of a bot. */
export interface ReplyDeps {
  /** AppID of the bot. */
  readonly appId: string
  readonly client: PlatformClient
  readonly clock: Clock
  readonly log: LogSink
  readonly windows: ReplyWindows
  /** Characters in one message. */
  readonly maxLength: number
  /** Whether the webhook assumes a single process, since the option `processes` is not set: replies may be streamed then. */
  readonly assumeSingleProcess: boolean
  /** Where undeliverable replies wait; `null` if they are errors. */
  readonly parking: Pick<ParkingLot, 'park'> | null
}

/** The event that a {@link Replier} replies to. */
export interface ReplierInit {
  /** The context that the replies belong to. */
  readonly owner: object
  /** Name of the event, for errors. */
  readonly name: string
  /** The anchor of replies; `null` if the platform accepts none. */
  readonly anchor: Anchor | null
  /** Where replies go; `null` if the platform does not tell. */
  readonly target: Target | null
  /** Whether an earlier run may have replied. */
  readonly replayed: boolean
  /** Whether another process may reply too. */
  readonly isShared: () => boolean
  /** Whether replies may be streamed: another process cannot tell half an answer from a whole one. */
  readonly mayGrow: () => boolean
  /** Wall time in ms when the window opened. */
  readonly since: number
  /** Names of people in the event, for scenes where they cannot be mentioned. */
  readonly nameOf: NameOf
  readonly services: ReplyDeps
}

/** Whether a reply is an answer, a notice or an apology. */
type ReplyKind = NonNullable<ReplyOptions['kind']>

/** The numbers for the pieces of one message. */
interface Numbering {
  readonly kind: SendKind
  readonly take: (count: number) => readonly number[]
}

/** Where a reply goes, and how. */
interface ReplyRoute {
  readonly anchor: Anchor
  readonly place: Target
  readonly signal: AbortSignal | undefined
  readonly numbering: Numbering
  /** The message to quote. */
  readonly reference?: string | null
}

/** Longest duration of a typing notice in seconds (§5.2). */
const LONGEST_NOTICE = 60

/** ms after which a notice is too late to be useful. */
const NOTICE_TIMEOUT = 5000

/** Replies to one event, and counts the replies that are left. */
export class Replier {
  readonly #init: ReplierInit
  /** The messages that were sent whole, in order, without typing notices. */
  readonly sent: OutgoingMessage[] = []
  #replies = 0
  /** Messages that were numbered as answers: the same in every run, whatever else was sent. */
  #answers = 0
  /** Typing notices that the handler requested or a timer may show: as many in every run, sent or not. */
  #notices = 0
  /** An earlier run or another process has answered: its answers are repeated, and none is added. */
  #isRepeat: boolean
  /** Streamed messages: each knows how many replies it took. */
  readonly #streams: MessageStream[] = []

  constructor(init: ReplierInit) {
    const { anchor, replayed, services } = init
    this.#init = init
    this.#isRepeat = replayed
    if (anchor && replayed) services.client.numbers.restart(anchor)
  }

  get budget(): ReplyBudget | null {
    const { anchor, target, since, services } = this.#init
    if (!anchor || !target) return null
    const streamed = this.#streams.reduce((sum, { replies }) => sum + replies, 0)
    return replyBudget(services.windows[target.scene], since, this.#replies + streamed, services.clock.wall())
  }

  /** The replies of this event that parked ones may use; `null` if it accepts no reply any more. One reply is left for the handler. */
  get spareReplies(): SpareReplies | null {
    const { anchor, target, services } = this.#init
    const budget = this.budget
    if (!anchor || !target || budget?.open !== true) return null
    return {
      target,
      capacity: budget.remaining === null ? Infinity : Math.max(1, budget.remaining - 1),
      send: async (message, id) => {
        this.#replies += 1
        const seq = services.client.numbers.named(id)
        return services.client.send(target, message, { anchor, kind: 'parked', seq })
      },
    }
  }

  /** @throws BotError `not_replyable` or `no_target`; IncompleteError; the errors of `rest.send` */
  async reply(
    message: OutgoingMessage,
    options: ReplyOptions,
    reference: string | null = null,
  ): Promise<Sent<ReplyResult>> {
    const { to, kind = this.#kind, signal } = options
    const { anchor, place } = this.#placeOf(to)
    const numbering: Numbering = {
      kind,
      take: (count) => this.#take(anchor, kind, count),
    }
    const result = await this.#sendOrPark(message, { anchor, place, signal, numbering, reference })
    if (result.kind !== 'parked') this.sent.push(message)
    return result
  }

  #sendOrPark(
    message: OutgoingMessage,
    { anchor, place, signal, numbering, reference = null }: ReplyRoute,
  ): Promise<Sent<ReplyResult>> {
    const { services } = this.#init
    const options: PlatformSendOptions = signal ? { anchor, signal } : { anchor }
    const park = async (error: unknown, unsent: readonly OutgoingMessage[]): Promise<ParkedResult | null> => {
      // An earlier run may have sent it as a proactive message, which leaves no trace.
      if (!services.parking || this.#isRepeat || !isUndeliverable(error) || !unsent.every(isSerializable))
        return null
      return services.parking.park(place, unsent, error).catch(() => null)
    }
    return this.#send(place, message, options, numbering, park, reference)
  }

  /**
   * Replies with a text that is still being generated: a growing message in private chats, one message elsewhere.
   *
   * @throws BotError `not_replyable` or `no_target`; the error of the source; the errors of `rest.send`
   */
  async stream<T>(
    source: TextSource<T>,
    options: AnswerOptions & { readonly text?: TextOf<T> },
    signal: AbortSignal,
  ): Promise<StreamResult | Sent<ReplyResult>> {
    const { to, text, markdown = false, mode = 'append' } = options
    const { anchor, place } = this.#placeOf(to)
    signal.throwIfAborted()
    const live = this.#openStream(place, anchor, options, signal)
    // Numbers are taken now, as for every answer: when the source ends depends on timing.
    const numbering = this.#fallbackNumbers(place, anchor, live?.seq ?? null, options.kind ?? this.#kind)
    const reply = async (message: OutgoingMessage): Promise<Sent<ReplyResult>> => {
      const sent = await this.#sendOrPark(message, { anchor, place, signal, numbering })
      if (sent.kind !== 'parked') this.sent.push(message)
      return sent
    }
    const result = await pipeText(source, new AnswerSink({ mode, markdown, live, reply, signal }), text)
    if (!('messages' in result)) return result
    const { delivered: content } = result
    if (content !== '') this.sent.push(markdown ? { markdown: { content } } : content)
    return result
  }

  /** A growing message; `null` where the scene has none, or none is wanted. */
  #openStream(
    { scene, id }: Target,
    anchor: Anchor,
    { mode, markdown, streaming, throttle, maxAge, maxLength, kind = this.#kind }: AnswerOptions,
    signal: AbortSignal,
  ): MessageStream | null {
    const { isShared, mayGrow, services } = this.#init
    if (scene !== 'c2c' || kind !== 'answer' || !(streaming ?? mayGrow())) return null
    const stream = services.client.openStream(
      { scene, id },
      {
        anchor,
        mode,
        replayed: this.#isRepeat,
        shared: isShared(),
        signal,
        contentType: markdown ? 'markdown' : 'text',
        throttle,
        maxAge,
        maxLength: maxLength ?? services.maxLength,
      },
    )
    this.#streams.push(stream)
    this.#answers += 1
    return stream
  }

  /**
   * The numbers of messages that replace a stream. In private chats they are not those of the answer, under which another run
   * may have begun a stream.
   */
  #fallbackNumbers(place: Target, anchor: Anchor, opened: number | null, kind: ReplyKind): Numbering {
    const { numbers } = this.#init.services.client
    const seq = opened ?? this.#take(anchor, kind, 1)[0] ?? 1
    const standing = (index: number): number => numbers.companion(seq, 'standing', index)
    const first = place.scene === 'c2c' ? standing(0) : seq
    return {
      kind: place.scene === 'c2c' ? 'companion' : kind,
      take: (count) => Array.from({ length: count }, (_, index) => (index === 0 ? first : standing(index))),
    }
  }

  #take(anchor: Anchor, kind: SendKind, count: number): readonly number[] {
    if (kind === 'answer') this.#answers += count
    return this.#init.services.client.numbers.take(anchor, kind, count)
  }

  /** @throws BotError `not_replyable` or `no_target` */
  #placeOf(to: Target | undefined): { readonly anchor: Anchor; readonly place: Target } {
    const { name, anchor, target } = this.#init
    if (!anchor) throw new BotError('not_replyable', name)
    const place = to ?? target
    if (!place) throw new BotError('no_target', name)
    return { anchor, place }
  }

  get #kind(): ReplyKind {
    return currentReplyKind(this.#init.owner)
  }

  /**
   * How many messages can still be sent as answers, computed alike in every run. A notice that may be shown counts, whether it
   * was or not (each may take a reply, §6.1); the time does not count, or the next run would cut an answer into other pieces.
   */
  get #room(): number {
    const { target, services } = this.#init
    const count = target && services.windows[target.scene].replies
    if (!target || count === null) return Infinity
    return Math.max(0, count - this.#answers - this.#notices)
  }

  /** @throws BotError `no_target`; IncompleteError; the errors of `rest.send` */
  async send(message: OutgoingMessage, signal?: AbortSignal, quotaTimeout?: number): Promise<Sent> {
    const { name, target } = this.#init
    if (!target) throw new BotError('no_target', name)
    const options = { ...(signal && { signal }), ...(quotaTimeout !== undefined && { quotaTimeout }) }
    const result = await this.#send(target, message, options, null)
    this.sent.push(message)
    return result
  }

  /** Whether users see an answer, or see one grow. */
  get begun(): boolean {
    return this.sent.length > 0 || this.#streams.some(({ replies }) => replies > 0)
  }

  /** Reserves a reply for a notice that a timer may show, so that answers are cut alike in every run. */
  reserveNotice(): void {
    if (this.#init.target?.scene === 'c2c') this.#notices += 1
  }

  /**
   * Sends a typing notice and returns whether it was sent. Notices exist in C2C only, and as replies only, since a proactive one
   * is not worth its quota. It is tried once, and never takes the last reply, which is for an answer.
   *
   * @param reserved whether `reserveNotice` was called for it
   * @throws `signal.reason`
   */
  async typing(seconds: number, signal?: AbortSignal, reserved = false): Promise<boolean> {
    const { target, anchor } = this.#init
    if (target?.scene !== 'c2c' || !anchor) return false
    if (!reserved) this.#notices += 1
    const { budget } = this
    // Pieces that are being sent are counted already.
    if (budget?.open !== true || budget.remaining === 1 || this.#room < 1) return false
    const notice = { input_type: 1, input_second: Math.min(Math.ceil(seconds), LONGEST_NOTICE) } as const
    const options = { anchor, timeout: NOTICE_TIMEOUT, ...(signal && { signal }) }
    const numbering: Numbering = { kind: 'notice', take: (count) => this.#take(anchor, 'notice', count) }
    try {
      await this.#send(target, { input_notify: notice }, options, numbering)
      return true
    } catch (error) {
      if (!RestError.is(error)) throw error
      // A refused notice took no reply, as far as the bot can tell.
      if (error.delivered === 'no') this.#replies -= 1
      const message = 'a typing notice was refused; replies are not affected'
      this.#init.services.log({ level: 'debug', event: 'bot.typing_refused', message, error })
      return false
    }
  }

  #send<R extends ParkedResult = never>(
    target: Target,
    message: OutgoingMessage,
    options: PlatformSendOptions,
    numbering: Numbering | null,
    park?: SendPiecesDeps<R>['park'],
    reference: string | null = null,
  ): Promise<Sent<SendResult | R>> {
    const { nameOf, isShared, services } = this.#init
    const { client, maxLength } = services
    const rendered = renderForTarget(message, target, nameOf)
    const placed = reference === null ? rendered : withQuote(rendered, target, reference)
    const pieces = splitMessage(placed, maxLength, numbering ? this.#room : Infinity)
    // Taken before the first request: numbers follow the order of calls, not of responses (§6.2).
    const numbers = numbering && this.#numbersOf(numbering, pieces.length)
    return sendPieces(pieces, {
      client: () => client,
      target,
      optionsOf: (piece, index) => {
        const names = mentionsPeople(piece) ? nameOf : undefined
        if (!numbers) return names ? { ...options, nameOf } : options
        this.#replies += 1
        const { anchor, signal, timeout } = options
        const { kind, seq } = numbers(index)
        // Field by field: a copy of `options` with more fields takes several times as long.
        return {
          anchor,
          kind,
          seq,
          replayed: this.#isRepeat,
          shared: isShared(),
          signal,
          timeout,
          nameOf: names,
        }
      },
      onSent: ({ kind }) => {
        // A duplicate tells that another process answered this event.
        if (numbers && kind === 'duplicate' && isShared()) this.#isRepeat = true
      },
      signal: options.signal,
      // The refused piece took no reply of the window, and its number is free.
      onTooLong: () => {
        if (numbers) this.#replies -= 1
      },
      onIncomplete: (pieces) => this.sent.push(...pieces),
      ...(park && { park }),
    })
  }

  /** The number of each piece. Pieces that come from a second cut get numbers derived from the first. */
  #numbersOf(
    { kind, take }: Numbering,
    count: number,
  ): (index: number) => Pick<PlatformSendOptions, 'kind' | 'seq'> {
    const { numbers } = this.#init.services.client
    const seqs = take(count)
    return (index) => {
      const seq = seqs[index]
      if (seq !== undefined) return { kind, seq }
      return { kind: 'companion', seq: numbers.companion(seqs[0] ?? 1, 'standing', index) }
    }
  }
}
