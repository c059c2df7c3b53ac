import type { Clock, Delivery, LogSink } from '@qqkit/core'
import {
  RestError,
  type Anchor,
  type SendKind,
  type MessageStream,
  type SendResult,
  type StreamResult,
} from '@qqkit/rest'
import { pieceText, pipeText, type NameOf, type TextOf, type TextSource } from '@qqkit/rest/text'

import { BotError } from '../common/errors.js'
import type { Target } from '../events/message.js'
import { withQuote } from './addressing.js'
import { AnswerSink, DoneSink } from './answer-sink.js'
import type { ParkedResult, ReplyResult } from './parked-reply.js'
import type { PeopleTexts } from './people-texts.js'
import { isSerializable, isUndeliverable, type SpareReplies, type ParkingLot } from './parking-lot.js'
import { LeasedClient } from './leased-client.js'
import { MessageJournal, SendBook, StreamJournal } from './send-book.js'
import { mayBeSent, type MessageNote, plannedMessage, resultOf, type SendNote } from './send-note.js'
import type { PlatformClient, PlatformSendOptions, OutgoingMessage } from './platform-client.js'
import { mentionsPeople, renderForTarget } from './render-for-target.js'
import { currentReplyKind } from './reply-kind.js'
import type { AnswerOptions, ReplyOptions } from './reply-options.js'
import { replyBudget, type ReplyBudget, type ReplyWindows } from './reply-window.js'
import { type Gone, type Park, type PieceOwner, type PieceRoute, sendPieces, wholeOf } from './send-pieces.js'
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
  /** What the bot itself says to people, where it differs from the default. */
  readonly texts?: Partial<PeopleTexts> | undefined
}

/** The context that the replies belong to. */
interface RepliedContext {
  /** Name of the event, for errors. */
  readonly name: string
  /** Where replies go; `null` if the platform does not tell. */
  readonly target: Target | null
  /** Whether an earlier run may have replied. */
  readonly replayed: boolean
  /** Wall time in ms at which the platform received the event; `null` if unknown. */
  readonly sentAt: number | null
}

/** The event that a {@link Replier} replies to. */
export interface ReplierInit {
  readonly ctx: RepliedContext
  /** The anchor of replies; `null` if the platform accepts none. */
  readonly anchor: Anchor | null
  /** `shared`: whether another process may reply too. */
  readonly delivery: Pick<Delivery, 'shared' | 'lease'>
  /** `isOpen`: while a bot stops, the next process may reply to its events too. */
  readonly host: { readonly isOpen: boolean; readonly services: ReplyDeps }
  /** Wall time in ms at which the bot received the event. */
  readonly receivedAt: number
  /** Names of people in the event, for scenes where they cannot be mentioned. */
  readonly nameOf: NameOf
}

/** Whether a reply is an answer, a notice or an apology. */
type ReplyKind = NonNullable<ReplyOptions['kind']>

/** The numbers for the pieces of one message. */
interface Numbering {
  readonly kind: SendKind
  readonly take: (count: number) => readonly number[]
}

/** A message, and how it goes to its place. */
interface MessageInit extends PieceRoute {
  readonly message: OutgoingMessage
  /** `null` for a proactive message, which has no number. */
  readonly anchor: Anchor | null
  readonly kind: SendKind
  /** Numbers that were taken before; default: the next ones of the kind. */
  readonly numbering?: Numbering
  /** The message to quote. */
  readonly reference?: string | null
  readonly timeout?: number
  readonly quotaTimeout?: number | undefined
  /** A typing notice, which is not in `ctx.sent`. */
  readonly unlisted?: true
  /** Its name in the book, if it has one already. */
  readonly name?: string | undefined
  /** Whether an earlier run may have sent it; default: what is known of all messages of the event. */
  readonly isRepeat?: boolean
}

/** A message in its pieces. */
interface MessagePlan {
  readonly pieces: readonly OutgoingMessage[]
  /** The number of each piece. */
  readonly seqs: readonly number[]
}

/** The way of a message whose pieces are known. */
interface MessageRoute extends PieceRoute {
  readonly init: MessageInit
  /** The number of each piece. */
  readonly seqs: readonly number[]
  readonly journal?: MessageJournal
}

/** Longest duration of a typing notice in seconds (§5.2). */
const LONGEST_NOTICE = 60

/** ms after which a notice is too late to be useful. */
const NOTICE_TIMEOUT = 5000

/** Scenes where the platform recognises a repeat of a reply by its number (§6.2). */
const NUMBERED: ReadonlySet<string> = new Set(['c2c', 'group'])

/** Replies to one event, and counts the replies that are left. */
export class Replier implements PieceOwner<MessageRoute> {
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
  /** What earlier runs have sent, where their source tells. */
  readonly #book: SendBook | null

  constructor(init: ReplierInit) {
    const { anchor, ctx, host } = init
    this.#init = init
    this.#isRepeat = ctx.replayed
    const { lease } = init.delivery
    this.#book = lease?.sends ? new SendBook(lease.sends, lease, host.services.clock) : null
    if (anchor && ctx.replayed) host.services.client.numbers.restart(anchor)
  }

  get #services(): ReplyDeps {
    return this.#init.host.services
  }

  client(): PlatformClient {
    const { lease } = this.#init.delivery
    const { client, clock } = this.#services
    return lease ? new LeasedClient(client, lease, clock) : client
  }

  /** Whether another process may reply too. */
  get #isShared(): boolean {
    const { delivery, host } = this.#init
    return delivery.shared || !host.isOpen
  }

  get budget(): ReplyBudget | null {
    const { anchor, ctx, receivedAt } = this.#init
    if (!anchor || !ctx.target) return null
    const { windows, clock } = this.#services
    const streamed = this.#streams.reduce((sum, { replies }) => sum + replies, 0)
    const since = ctx.sentAt ?? receivedAt
    return replyBudget(windows[ctx.target.scene], since, this.#replies + streamed, clock.wall())
  }

  /** The replies of this event that parked ones may use; `null` if it accepts no reply any more. One reply is left for the handler. */
  get spareReplies(): SpareReplies | null {
    const { anchor, ctx } = this.#init
    const { target } = ctx
    const client = this.client()
    const budget = this.budget
    if (!anchor || !target || budget?.open !== true) return null
    return {
      target,
      capacity: budget.remaining === null ? Infinity : Math.max(1, budget.remaining - 1),
      send: async (message, id) => {
        this.#replies += 1
        const seq = client.numbers.named(id)
        return client.send(target, message, { anchor, kind: 'parked', seq })
      },
    }
  }

  /** @throws BotError `not_replyable` or `no_target`; IncompleteError; the errors of `rest.send` */
  reply(
    message: OutgoingMessage,
    { to, kind = this.#kind, signal, park = true }: ReplyOptions,
    reference: string | null = null,
  ): Promise<Sent<ReplyResult>> {
    try {
      const { anchor, place: target } = this.#placeOf(to)
      const init = { message, target, anchor, kind, signal, reference }
      return park ? this.#sendOrPark(init) : this.#send<never>(init)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #sendOrPark(init: MessageInit): Promise<Sent<ReplyResult>> {
    return this.#send(init, async (error, unsent) => {
      const { parking } = this.#services
      // An earlier run may have sent it as a proactive message, which leaves no trace without a book.
      const isRepeat = this.#book === null && this.#isRepeat
      if (!parking || isRepeat || !isUndeliverable(error) || !unsent.every(isSerializable)) return null
      return parking.park(init.target, unsent, error).catch(() => null)
    })
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
    const { to, tool, text = pieceText({ tool }), markdown = false, mode = 'append' } = options
    const { anchor, place } = this.#placeOf(to)
    const wanted = options.kind ?? this.#kind
    signal.throwIfAborted()
    const book = this.#book
    const name = book?.nextName(wanted)
    let journal: StreamJournal | undefined
    if (book && name !== undefined) {
      const begun = await book.begin(name, () => ({ kind: 'open' }), this.#replan, signal)
      const { note, isKnown } = begun
      if (isKnown && (note.kind !== 'growing' || note.keyless)) {
        const known = { message: '', target: place, anchor, kind: wanted, signal, name }
        return pipeText(source, new DoneSink(async () => this.#repeat(book, known, note)), text)
      }
      book.forget(name)
      journal = new StreamJournal(book, name, isKnown)
    }
    const live = this.#openStream(place, anchor, options, signal, journal)
    // Numbers are taken now, as for every answer: when the source ends depends on timing.
    const numbering = this.#fallbackNumbers(place, anchor, live?.seq ?? null, wanted)
    const { kind } = numbering
    const reply = async (message: OutgoingMessage): Promise<Sent<ReplyResult>> =>
      this.#sendOrPark({
        message,
        target: place,
        anchor,
        kind,
        numbering,
        signal,
        name,
        // A message of an earlier run may have grown.
        ...(journal?.isKnown && { isRepeat: true }),
      })
    const result = await pipeText(source, new AnswerSink({ mode, markdown, live, reply, signal }), text)
    if (!('messages' in result)) return result
    journal?.end(result)
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
    journal: StreamJournal | undefined,
  ): MessageStream | null {
    const { delivery, host } = this.#init
    const { assumeSingleProcess, maxLength: usual } = host.services
    // Another process cannot tell half an answer from a whole one, unless it is written down.
    const mayGrow = host.isOpen && (!delivery.shared || journal !== undefined || assumeSingleProcess)
    if (scene !== 'c2c' || kind !== 'answer' || !(streaming ?? mayGrow)) return null
    const stream = this.client().openStream(
      { scene, id },
      {
        anchor,
        mode,
        replayed: journal ? journal.isKnown : this.#isRepeat,
        gate: journal,
        shared: this.#isShared,
        signal,
        contentType: markdown ? 'markdown' : 'text',
        throttle,
        maxAge,
        maxLength: maxLength ?? usual,
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
    const { numbers } = this.client()
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
    const { numbers } = this.client()
    const seqs = numbers.take(anchor, kind, count)
    if (this.#book === null || !seqs.some((seq) => this.#book?.hasNumber(seq))) return seqs
    // An earlier run has said something else under these numbers.
    return Array.from({ length: count }, (_, index) => {
      let [seq = 1] = [seqs[index]]
      while (this.#book?.hasNumber(seq)) [seq = 1] = numbers.take(anchor, kind, 1)
      return seq
    })
  }

  /** Numbers of an earlier run count as if they were taken now. */
  #skip({ anchor, kind }: MessageInit, count: number): void {
    if (!anchor) return
    if (kind === 'answer') this.#answers += count
    this.client().numbers.take(anchor, kind, count)
  }

  /** An earlier run has begun with other messages: the numbers of this one are void. */
  readonly #replan = (): void => {
    const { anchor } = this.#init
    this.#answers = 0
    if (anchor) this.#services.client.numbers.restart(anchor)
  }

  /** @throws BotError `not_replyable` or `no_target` */
  #placeOf(to: Target | undefined): { readonly anchor: Anchor; readonly place: Target } {
    const { ctx, anchor } = this.#init
    if (!anchor) throw new BotError('not_replyable', ctx.name)
    const place = to ?? ctx.target
    if (!place) throw new BotError('no_target', ctx.name)
    return { anchor, place }
  }

  get #kind(): ReplyKind {
    return currentReplyKind(this.#init.ctx)
  }

  /**
   * How many messages can still be sent as answers, computed alike in every run. A notice that may be shown counts, whether it
   * was or not (each may take a reply, §6.1); the time does not count, or the next run would cut an answer into other pieces.
   */
  get #room(): number {
    const { target } = this.#init.ctx
    const count = target && this.#services.windows[target.scene].replies
    if (!target || count === null) return Infinity
    return Math.max(0, count - this.#answers - this.#notices)
  }

  /** @throws BotError `no_target`; IncompleteError; the errors of `rest.send` */
  async send(message: OutgoingMessage, signal?: AbortSignal, quotaTimeout?: number): Promise<Sent> {
    const { name, target } = this.#init.ctx
    if (!target) throw new BotError('no_target', name)
    return this.#send<never>({ message, target, anchor: null, kind: 'answer', signal, quotaTimeout })
  }

  /** Whether users see an answer, or see one grow. */
  get begun(): boolean {
    return this.sent.length > 0 || this.#streams.some(({ replies }) => replies > 0)
  }

  /** Reserves a reply for a notice that a timer may show, so that answers are cut alike in every run. */
  reserveNotice(): void {
    if (this.#init.ctx.target?.scene === 'c2c') this.#notices += 1
  }

  /**
   * Sends a typing notice and returns whether it was sent. Notices exist in C2C only, and as replies only, since a proactive one
   * is not worth its quota. It is tried once, and never takes the last reply, which is for an answer.
   *
   * @param reserved whether `reserveNotice` was called for it
   * @throws `signal.reason`
   */
  async typing(seconds: number, signal?: AbortSignal, reserved = false): Promise<boolean> {
    const { ctx, anchor } = this.#init
    const { target } = ctx
    if (target?.scene !== 'c2c' || !anchor) return false
    if (!reserved) this.#notices += 1
    const { budget } = this
    // Pieces that are being sent are counted already.
    if (budget?.open !== true || budget.remaining === 1 || this.#room < 1) return false
    const notice = { input_type: 1, input_second: Math.min(Math.ceil(seconds), LONGEST_NOTICE) } as const
    const message = { input_notify: notice }
    try {
      await this.#send({
        message,
        target,
        anchor,
        kind: 'notice',
        timeout: NOTICE_TIMEOUT,
        signal,
        unlisted: true,
      })
      return true
    } catch (error) {
      if (!RestError.is(error)) throw error
      // A refused notice took no reply, as far as the bot can tell.
      if (error.delivered === 'no') this.#replies -= 1
      const message = 'a typing notice was refused; replies are not affected'
      this.#services.log({ level: 'debug', event: 'bot.typing_refused', message, error })
      return false
    }
  }

  #send<R extends ParkedResult>(init: MessageInit, park?: Park<R>): Promise<Sent<SendResult | R>> {
    if (this.#book && !init.unlisted) return this.#sendNoted(this.#book, init, park)
    const { target, signal } = init
    const { pieces, seqs } = this.#planOf(init)
    return sendPieces(pieces, { target, signal, init, seqs }, this, park)
  }

  /** Notes a message before it is sent, or continues where an earlier run has stopped. */
  async #sendNoted<R extends ParkedResult>(
    book: SendBook,
    init: MessageInit,
    park: Park<R> | undefined,
  ): Promise<Sent<SendResult | R>> {
    const { target, message, signal, anchor, kind } = init
    const name = init.name ?? book.nextName(anchor ? kind : 'proactive')
    const made: { plan: MessagePlan | null } = { plan: null }
    const plan = (): MessageNote => {
      const { pieces, seqs } = (made.plan = this.#planOf(init))
      return plannedMessage(target, message, pieces, seqs)
    }
    const { note, isKnown } = await book.begin(name, plan, this.#replan, signal)
    if (isKnown || note.kind !== 'message' || !made.plan) {
      const known = await this.#repeat(book, { ...init, name }, note)
      if (!('messages' in known)) return known
      // The earlier run has streamed what this one says as a message.
      const mode = anchor ? 'passive' : 'proactive'
      const result = { kind: 'duplicate', id: null, mode, steps: known.steps } as const
      return wholeOf<SendResult>([result], { owner: this, target })
    }
    const { pieces, seqs } = made.plan
    const journal = new MessageJournal(book, name, note, [])
    return sendPieces(
      pieces,
      { target, signal, init: { isRepeat: false, ...init }, seqs, journal },
      this,
      park,
    )
  }

  /** Continues what an earlier run has begun, whatever this run says. */
  async #repeat(
    book: SendBook,
    init: MessageInit & { readonly name: string },
    note: SendNote,
  ): Promise<Sent<ReplyResult> | StreamResult> {
    const { anchor, signal } = init
    if (note.kind === 'grown') {
      this.#skip(init, 1)
      this.sent.push(note.result.delivered)
      return note.result
    }
    if (note.kind !== 'message') throw mayBeSent()
    const { place, seqs, results, whole = false, keyless = false } = note
    this.#skip(init, seqs.length)
    const { pieces } = note.pieces ? { pieces: note.pieces } : this.#planOf(init)
    const message = note.said ?? note.pieces?.[0] ?? init.message
    const gone: readonly Gone<ReplyResult>[] = results.map((known, index) => ({
      piece: pieces[index] ?? message,
      result: resultOf(known),
    }))
    if (anchor) this.#replies += gone.length
    if (whole) {
      this.sent.push(message)
      return wholeOf(
        gone.map(({ result }) => result),
        { owner: this, target: place },
      )
    }
    if (keyless) throw mayBeSent()
    // Only whole messages have parked pieces.
    const journal = new MessageJournal(book, init.name, note, gone as readonly Gone[])
    const isRepeat = anchor !== null && NUMBERED.has(place.scene)
    const again = { ...init, message, target: place, isRepeat }
    const route = { target: place, signal, init: again, seqs, journal }
    return sendPieces<MessageRoute>(pieces.slice(gone.length), route, this)
  }

  #planOf(init: MessageInit): MessagePlan {
    const { message, target, anchor, kind, numbering, reference = null } = init
    const rendered = renderForTarget(message, target, this.#init.nameOf)
    const placed = reference === null ? rendered : withQuote(rendered, target, reference)
    const pieces = splitMessage(placed, this.#services.maxLength, anchor ? this.#room : Infinity)
    const count = pieces.length
    // Taken before the first request: numbers follow the order of calls, not of responses (§6.2).
    const seqs = anchor ? (numbering?.take(count) ?? this.#take(anchor, kind, count)) : []
    return { pieces, seqs }
  }

  optionsOf(
    piece: OutgoingMessage,
    index: number,
    { init, seqs, journal }: MessageRoute,
  ): PlatformSendOptions {
    const { anchor, kind, signal, timeout, quotaTimeout, isRepeat = this.#isRepeat } = init
    const nameOf = mentionsPeople(piece) ? this.#init.nameOf : undefined
    const gate = journal && { gate: journal }
    if (!anchor) return { signal, quotaTimeout, nameOf, ...gate }
    this.#replies += 1
    const seq = seqs[index]
    const isKnown = seq !== undefined
    return {
      anchor,
      kind: isKnown ? kind : 'companion',
      // Pieces that come from a second cut get numbers derived from the first.
      seq: isKnown ? seq : this.client().numbers.companion(seqs[0] ?? 1, 'standing', index),
      replayed: isRepeat,
      shared: this.#isShared,
      signal,
      timeout,
      nameOf,
      ...gate,
    }
  }

  onSent({ kind }: SendResult, { init }: MessageRoute): void {
    // A duplicate tells that another process answered this event.
    if (init.anchor && kind === 'duplicate' && this.#isShared) this.#isRepeat = true
  }

  /** The refused piece took no reply of the window, and its number is free. */
  onTooLong({ init }: MessageRoute): void {
    if (init.anchor) this.#replies -= 1
  }

  onComplete({ init }: MessageRoute): void {
    if (!init.unlisted) this.sent.push(init.message)
  }

  onIncomplete(pieces: readonly OutgoingMessage[]): void {
    this.sent.push(...pieces)
  }
}
