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
import { AnswerSink } from './answer-sink.js'
import type { ParkedResult, ReplyResult } from './parked-reply.js'
import { isSerializable, isUndeliverable, type ParkingOpening, type ParkingLot } from './parking-lot.js'
import type { PlatformClient, PlatformSendOptions, OutgoingMessage } from './platform-client.js'
import { mentionsPeople, renderForTarget } from './render-for-target.js'
import { currentReplyKind } from './reply-kind.js'
import type { AnswerOptions, ReplyOptions } from './reply-options.js'
import { replyBudget, type ReplyBudget, type ReplyWindows } from './reply-window.js'
import { sendPieces, type SendPiecesDeps } from './send-pieces.js'
import type { Sent } from './sent.js'
import { splitMessage } from './split-message.js'

/** What answers are given with, the same for all events of a bot. */
export interface ReplyDeps {
  /** AppID of the bot. */
  readonly appId: string
  readonly client: PlatformClient
  readonly clock: Clock
  readonly log: LogSink
  readonly windows: ReplyWindows
  /** Characters of one message. */
  readonly maxLength: number
  /** Whether a webhook takes this process for the only one as long as nobody says otherwise: then answers grow. */
  readonly assumeSingleProcess: boolean
  /** Where replies wait that cannot go out; `null` when they are errors. */
  readonly parking: Pick<ParkingLot, 'park'> | null
}

/** What can be answered. */
export interface ReplierInit {
  /** The context that the replies belong to. */
  readonly owner: object
  /** Name of the event, for errors. */
  readonly name: string
  /** What answers hang on; `null` when the platform takes none. */
  readonly anchor: Anchor | null
  /** Where they go; `null` when the platform does not tell. */
  readonly target: Target | null
  /** Whether answers may have been given before. */
  readonly replayed: boolean
  /** Whether another process may give answers as well. */
  readonly isShared: () => boolean
  /** Whether answers may grow: half of one cannot be told from a whole one by another process. */
  readonly mayGrow: () => boolean
  /** Wall time in ms when the window opened. */
  readonly since: number
  /** Names of the people in it, where they cannot be mentioned. */
  readonly nameOf: NameOf
  readonly services: ReplyDeps
}

/** What a reply is to its event. */
type ReplyKind = NonNullable<ReplyOptions['kind']>

/** Which numbers the pieces of one message get. */
interface Numbered {
  readonly kind: SendKind
  readonly take: (count: number) => readonly number[]
}

/** Where a reply goes, and how. */
interface ReplyTerms {
  readonly anchor: Anchor
  readonly place: Target
  readonly signal: AbortSignal | undefined
  readonly numbered: Numbered
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
  /** Messages that were numbered as answers: the same in every run, whatever else went out. */
  #answers = 0
  /** Typing notices that the handler has asked for, or that may be shown by a timer: as many in every run, shown or not. */
  #notices = 0
  /** An earlier run, or another process, has given an answer: what it said is repeated, and nothing is added to it. */
  #isRepeat: boolean
  /** Messages that grow or have grown: each knows how many replies it took. */
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

  /** What parked replies can go out on; `null` when no answer is accepted any more. One is left for the handler. */
  get opening(): ParkingOpening | null {
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

  /** @throws BotError `not_replyable` or `no_target`; IncompleteError; the errors of the outbox */
  async reply(message: OutgoingMessage, options: ReplyOptions): Promise<Sent<ReplyResult>> {
    const { to, kind = this.#kind, signal } = options
    const { anchor, place } = this.#placeOf(to)
    const numbered: Numbered = {
      kind,
      take: (count) => this.#take(anchor, kind, count),
    }
    return this.#reply(message, { anchor, place, signal, numbered })
  }

  async #reply(
    message: OutgoingMessage,
    { anchor, place, signal, numbered }: ReplyTerms,
  ): Promise<Sent<ReplyResult>> {
    const { services } = this.#init
    const options = { anchor, ...(signal && { signal }) }
    const result = await this.#send(place, message, options, numbered, async (error, left) => {
      // An earlier run may have sent it as a proactive message, of which nobody knows.
      if (!services.parking || this.#isRepeat || !isUndeliverable(error) || !left.every(isSerializable))
        return null
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
    const { anchor, place } = this.#placeOf(to)
    signal.throwIfAborted()
    const live = this.#openStream(place, anchor, options, signal)
    // At once, as for every answer: how long the source takes is a matter of time.
    const numbered = this.#standIns(place, anchor, live?.seq ?? null, options.kind ?? this.#kind)
    const reply = async (message: OutgoingMessage): Promise<Sent<ReplyResult>> =>
      this.#reply(message, { anchor, place, signal, numbered })
    const result = await pipeText(source, new AnswerSink({ mode, markdown, live, reply, signal }), text)
    if (!('messages' in result)) return result
    const { delivered: content } = result
    if (content !== '') this.sent.push(markdown ? { markdown: { content } } : content)
    return result
  }

  /** A message that grows; `null` where there is none, or none is wanted. */
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
   * The numbers of messages that stand in for a stream. In private chats, where one may have been begun under the number of the
   * answer in another run, they are others.
   */
  #standIns(place: Target, anchor: Anchor, opened: number | null, kind: ReplyKind): Numbered {
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
   * How many messages can still go out as answers, as far as every run can tell: a notice that may be shown counts whether it was
   * or not (each may take a share, §6.1), and how late it is does not, or the pieces of an answer would be others the next time.
   */
  get #room(): number {
    const { target, services } = this.#init
    const count = target && services.windows[target.scene].replies
    if (!target || count === null) return Infinity
    return Math.max(0, count - this.#answers - this.#notices)
  }

  /** @throws BotError `no_target`; IncompleteError; the errors of the outbox */
  async send(message: OutgoingMessage, signal?: AbortSignal, quotaTimeout?: number): Promise<Sent> {
    const { name, target } = this.#init
    if (!target) throw new BotError('no_target', name)
    const options = { ...(signal && { signal }), ...(quotaTimeout !== undefined && { quotaTimeout }) }
    const result = await this.#send(target, message, options, null)
    this.sent.push(message)
    return result
  }

  /** Whether people see that an answer is there, or is growing. */
  get begun(): boolean {
    return this.sent.length > 0 || this.#streams.some(({ replies }) => replies > 0)
  }

  /** A notice may be shown by a timer: whether it is or not, the pieces of answers leave a share to it. */
  reserveNotice(): void {
    if (this.#init.target?.scene === 'c2c') this.#notices += 1
  }

  /**
   * Whether a typing notice went out: they exist in C2C only, and one without a right to answer is not worth its quota. Tried
   * once: a refusal is worth a record for debugging. None takes the last share, which is for an answer.
   *
   * @param kept whether a share was kept for it
   * @throws `signal.reason`
   */
  async typing(seconds: number, signal?: AbortSignal, kept = false): Promise<boolean> {
    const { target, anchor } = this.#init
    if (target?.scene !== 'c2c' || !anchor) return false
    if (!kept) this.#notices += 1
    const { budget } = this
    // Pieces that are on their way have their share already.
    if (budget?.open !== true || budget.remaining === 1 || this.#room < 1) return false
    const notice = { input_type: 1, input_second: Math.min(Math.ceil(seconds), LONGEST_NOTICE) } as const
    const options = { anchor, timeout: NOTICE_TIMEOUT, ...(signal && { signal }) }
    const numbered: Numbered = { kind: 'notice', take: (count) => this.#take(anchor, 'notice', count) }
    try {
      await this.#send(target, { input_notify: notice }, options, numbered)
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
    options: PlatformSendOptions,
    numbered: Numbered | null,
    park?: SendPiecesDeps<R>['park'],
  ): Promise<Sent<SendResult | R>> {
    const { nameOf, isShared, services } = this.#init
    const { client, maxLength } = services
    const placed = renderForTarget(message, target, nameOf)
    const pieces = splitMessage(placed, maxLength, numbered ? this.#room : Infinity)
    // All of them before the first request: numbers follow the order of calls, not of answers (§6.2).
    const numbers = numbered && this.#numbersOf(numbered, pieces.length)
    return sendPieces(pieces, {
      client: () => client,
      target,
      optionsOf: (piece, index) => {
        const named = mentionsPeople(piece) ? { ...options, nameOf } : options
        if (!numbers) return named
        this.#replies += 1
        return { ...named, ...numbers(index), replayed: this.#isRepeat, shared: isShared() }
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

  /** The number of each piece. Those that the platform wanted cut again follow the first one. */
  #numbersOf(
    { kind, take }: Numbered,
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
