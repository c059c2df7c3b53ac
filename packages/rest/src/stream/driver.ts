import type { CancelTimer, LogSink } from '@qqkit/core'
import { messageOf, onAbort } from '@qqkit/core/internal'

import { situationAdvice } from '../errors/advice.js'
import { RestError } from '../errors/rest-error.js'
import type { WireMessage } from '../message/wire-message.js'
import type { Client } from '../pipeline/client.js'
import { makeDraft } from '../send/draft.js'
import type { FallbackRule } from '../send/fallback.js'
import type { ReplyNumbers } from '../send/reply-numbers.js'
import type { SendResult } from '../send/result.js'
import type { Sender } from '../send/sender.js'
import { isDuplicate, type Life, lifeOf, moveAfter } from '../send/used-number.js'
import type { MentionForm } from '../text/inline.js'
import type { RestStep } from '../types/call.js'
import { chunkCall, type ChunkTarget, readChunkAnswer, STREAM_CALL } from './chunk-call.js'
import { accept, refuse } from './chunk-outcome.js'
import { type ChunkVerdict, classifyChunk } from './classify-chunk.js'
import { nextStep, type Step } from './next-step.js'
import type { StreamedIds, UserTurns } from './open-streams.js'
import {
  type Chunk,
  type RemainderReason,
  mayBeOpen,
  newStream,
  type Outcome,
  type StreamRules,
  type StreamState,
  wantsText,
} from './state.js'
import {
  abort,
  chunkLeft,
  giveUpTurn,
  firstChunkWasDelivered,
  queue,
  remainderFailed,
  remainderSent,
  sendRemainder,
  skip,
  stop,
  takeTurn,
} from './transition.js'

/** An error of an interceptor says nothing about the call. */
const asRestError = (error: unknown): RestError =>
  RestError.is(error)
    ? error
    : new RestError({
        code: 'stage_failed',
        message: messageOf(error),
        situation: 'refused',
        delivered: 'unknown',
        retry: 'never',
        cause: error,
      })

/** Two messages were sent under one number, both answers were lost, and one message was delivered. */
const unsureError = (): RestError =>
  new RestError({
    code: 'no_answer',
    message: 'the beginning of the text or all of it was delivered: the answers that would tell were lost',
    situation: 'no_answer',
    delivered: 'unknown',
    retry: 'never',
    advice: situationAdvice.no_answer,
  })

/** Dependencies of streams. */
export interface StreamDeps {
  readonly client: Client
  readonly numbers: ReplyNumbers
  readonly sender: Sender
  readonly rules: readonly FallbackRule[]
  readonly mentionForm: MentionForm
  readonly turns: UserTurns
  readonly ids: StreamedIds
  readonly log: LogSink
}

/** Options of one stream. */
export interface StreamInit extends ChunkTarget {
  readonly rules: StreamRules
  /** An earlier run may have begun the stream. */
  readonly replayed: boolean
  /** Another process may stream the same answer. */
  readonly shared: boolean
  readonly timeout: number | undefined
}

/** How long a stream waits for another one to the same user before it becomes an ordinary message, in ms (§5.4.1). */
const TURN_TIMEOUT = 5000

const BUSY_HERE = 'this client streams another message to this user'

type RemainderStep = Extract<Step, { readonly kind: 'remainder' }>

/** Performs the steps of {@link nextStep}: one call and one timer at a time. */
export class StreamDriver {
  readonly steps: RestStep[] = []
  /** Resolves when the stream is over. */
  readonly over: Promise<Outcome>
  readonly #deps: StreamDeps
  readonly #init: StreamInit
  readonly #stopped = new AbortController()
  readonly #release: (() => void)[]
  #settle: (outcome: Outcome) => void = () => {}
  #over = false
  #state: StreamState
  #timer: { readonly at: number; readonly cancel: CancelTimer } | null = null
  /** `msg_seq` of the answer, from which those of its companions are derived; `null` for a proactive message. */
  readonly seq: number | null
  /** `msg_seq` of each message that grows. */
  readonly #numbers: number[] = []
  readonly #onTurn = (): void => this.change(takeTurn)

  constructor(deps: StreamDeps, init: StreamInit) {
    const { client } = deps
    this.#deps = deps
    this.#init = init
    this.#state = newStream(init.rules, client.clock.now())
    // Taken when the stream is opened, since numbers follow the order of calls.
    this.seq = init.anchor && deps.numbers.next(init.anchor)
    this.over = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#release = [
      onAbort(client.closing, () => this.change((state) => abort(state, client.closing.reason as RestError))),
      onAbort(client.closed, () => this.change((state) => stop(state, client.closed.reason as RestError))),
    ]
    client.track(() => this.over).catch((error: RestError) => this.change((state) => stop(state, error)))
  }

  get state(): StreamState {
    return this.#state
  }

  /** Aborts when further text is useless. */
  get stopped(): AbortSignal {
    return this.#stopped.signal
  }

  /** Changes the state, and performs the next step. */
  change(transition: (state: StreamState) => StreamState): void {
    const before = this.#state
    this.#state = transition(before)
    if (!wantsText(this.#state)) this.#stopped.abort()
    if (mayBeOpen(before) && !mayBeOpen(this.#state)) this.#onLeft(this.#state)
    this.#go()
  }

  get #now(): number {
    return this.#deps.client.clock.now()
  }

  #go(): void {
    const step = nextStep(this.#state, this.#now)
    this.#wakeAt(this.#timeOf(step))
    if (step.kind === 'ask') this.#ask()
    if (step.kind === 'step_aside') this.change(giveUpTurn)
    if (step.kind === 'skip') this.change((state) => skip(state, step.end))
    if (step.kind === 'remainder') void this.#sendRemainder(step)
    if (step.kind === 'over') this.#end(step.outcome)
  }

  /** Due chunks wait for a timer as well, so that text written in one tick is sent in one chunk. */
  #timeOf(step: Step): number | null {
    if (step.kind === 'chunk') return this.#state.dueAt
    return step.kind === 'wait' ? step.until : null
  }

  #wakeAt(at: number | null): void {
    if (this.#timer?.at === at) return
    this.#timer?.cancel()
    this.#timer = null
    if (at === null || at === Infinity) return
    const cancel = this.#deps.client.clock.setTimer(Math.max(0, at - this.#now), () => this.#wake())
    this.#timer = { at, cancel }
  }

  #wake(): void {
    this.#timer = null
    const step = nextStep(this.#state, this.#now)
    if (step.kind === 'chunk' && this.#state.dueAt <= this.#now) void this.#send(step.chunk)
    else this.#go()
  }

  /** No message of this stream is open any more, so the next stream to this user may begin. */
  #onLeft({ phase }: StreamState): void {
    this.#deps.turns.leave(this.#init.userId, this.#onTurn)
    if (phase.kind !== 'collecting') return
    if (phase.why.kind === 'cut') return this.#logCut(phase.why.error)
    if (phase.why.kind !== 'busy') return
    const { error } = phase.why
    const { errCode, message: reason } = error ?? { errCode: null, message: BUSY_HERE }
    this.steps.push({ kind: 'fallback', name: 'one_message', errCode, reason })
    const message = 'another stream to this user is open: the text is sent as one message at the end'
    this.#deps.log({ level: 'info', event: 'rest.stream_aside', message, errCode, reason })
  }

  #logElsewhere({ errCode, message: reason }: RestError): void {
    const message =
      'another process streams this answer: this one adds nothing, and the answer stays incomplete if that process dies'
    this.#deps.log({ level: 'warn', event: 'rest.stream_elsewhere', message, errCode, reason })
  }

  #logCut({ errCode, message: reason }: RestError): void {
    this.steps.push({ kind: 'fallback', name: 'stream_cut', errCode, reason })
    const message =
      'an earlier run began to stream this answer and may not have finished: the whole text is sent as an ordinary message'
    this.#deps.log({ level: 'warn', event: 'rest.stream_cut', message, errCode, reason })
  }

  #ask(): void {
    const turn = this.#deps.turns.enter(this.#init.userId, this.#onTurn)
    const until = this.#now + TURN_TIMEOUT
    this.change((state) => (turn ? takeTurn(state) : queue(state, until)))
  }

  /** The `msg_seq` of a message; `null` for a proactive one. */
  #number(message: number): number | null {
    if (this.seq === null) return null
    return (this.#numbers[message] ??=
      message === 0 ? this.seq : this.#deps.numbers.companion(this.seq, 'growing', message))
  }

  /** Only the first message may have been opened elsewhere; later ones follow one of this run. */
  #lifeOf(message: number): Life {
    return message === 0 ? lifeOf(this.#init) : 'first'
  }

  async #send(chunk: Chunk): Promise<void> {
    const { client, ids } = this.#deps
    this.#state = chunkLeft(this.#state, chunk, this.#now)
    const call = chunkCall(this.#init, chunk, this.#number(chunk.message))
    try {
      const answer = await client.execute(call, undefined, client.deadline(this.#init.timeout))
      this.steps.push(...answer.steps)
      const chunkAnswer = readChunkAnswer(answer)
      if (chunkAnswer.id !== null) ids.add(chunkAnswer.id)
      this.change((state) => accept(state, chunkAnswer, this.#now))
    } catch (error) {
      this.#refused(asRestError(error), chunk)
    }
  }

  #refused(error: RestError, chunk: Chunk): void {
    this.steps.push(...error.steps)
    const classified = this.#classify(error, chunk)
    this.change((state) => {
      const next = refuse(state, classified, this.#now)
      if (classified.kind === 'elsewhere') this.#logElsewhere(error)
      if (next.retryReasons.length > state.retryReasons.length) this.#logRetry(classified, next)
      return next
    })
  }

  #classify(error: RestError, chunk: Chunk): ChunkVerdict {
    const { chunkStatus } = this.#state
    const before = chunkStatus.kind === 'in_flight' ? chunkStatus.before : 'fresh'
    const life = this.#lifeOf(chunk.message)
    return classifyChunk(error, { chunk, before, life, hasFallback: this.#hasFallback() })
  }

  #hasFallback(): boolean {
    const { replayed } = this.#init
    return this.#deps.rules.some(({ when, losesKey }) => when === 'anchorDead' && !(losesKey && replayed))
  }

  /** Logs that a chunk is repeated. */
  #logRetry({ kind, error }: ChunkVerdict, { retryReasons, dueAt, done }: StreamState): void {
    if (kind === 'taken')
      return this.#move(done.length, retryReasons.filter((retryReason) => retryReason === 'taken').length)
    const { situation, errCode, delivered } = error
    const step: RestStep = { kind: 'retry', situation, errCode, delivered, delay: dueAt - this.#now }
    this.steps.push(step)
    const { method, route } = STREAM_CALL
    this.#deps.log({
      level: 'info',
      event: 'rest.retry',
      method,
      route,
      attempts: retryReasons.length,
      ...step,
    })
  }

  /** Takes another number, because another message has this one. */
  #move(message: number, met: number): void {
    const { anchor } = this.#init
    const from = this.#number(message)
    if (!anchor || from === null) return
    const { numbers } = this.#deps
    const counted = moveAfter(met, message === 0 ? 'stream' : 'companion') === 'next'
    const to = counted ? numbers.next(anchor) : numbers.drawn()
    this.#numbers[message] = to
    this.steps.push({ kind: 'next_seq', from, to })
    this.#deps.log({ level: 'debug', event: 'rest.next_seq', from, to })
  }

  async #sendRemainder({ why, end, content }: RemainderStep): Promise<void> {
    this.#state = sendRemainder(this.#state, why, end)
    try {
      const result = await this.#sendMessage(why, content)
      this.steps.push(...result.steps)
      const { id, mode } = result
      const refIdx = result.kind === 'sent' ? result.refIdx : null
      this.change((state) => remainderSent(state, { id, refIdx, mode, finished: true }))
    } catch (error) {
      const known = asRestError(error)
      this.steps.push(...known.steps)
      const wasOpened = this.#mayBeOpened && isDuplicate(known)
      this.change((state) => (wasOpened ? firstChunkWasDelivered(state) : remainderFailed(state, known)))
    }
  }

  /**
   * Whether the stream may have been opened, so that its number tells. If others may have used the number, it tells
   * nothing.
   */
  get #mayBeOpened(): boolean {
    const { chunkStatus, done } = this.#state
    return chunkStatus.kind === 'uncertain' && this.#lifeOf(done.length) === 'first'
  }

  async #sendMessage(why: RemainderReason, content: string): Promise<SendResult> {
    const { client, numbers, sender } = this.#deps
    const { userId, anchor, contentType, replayed, shared, timeout, gate } = this.#init
    const { done } = this.#state
    const text: WireMessage = contentType === 'markdown' ? { markdown: { content } } : { content }
    const target = { scene: 'c2c', id: userId } as const
    const standing = done.filter(({ kind }) => kind === 'sent').length
    const init = {
      kind: 'companion',
      replayed,
      shared,
      signal: undefined,
      gate,
      deadlineAt: client.deadline(timeout),
      ...(this.seq !== null && { seq: numbers.companion(this.seq, 'standing', standing) }),
    } as const
    if (why.kind === 'anchor_dead')
      return sender.sendAfter(why.error, makeDraft(target, text, anchor ?? undefined), init)
    if (why.kind === 'proactive' || !anchor) return sender.send(makeDraft(target, text), init)
    // Keeps the number of the first chunk, which tells which of the two messages was delivered.
    const fixed = this.#mayBeOpened ? this.#number(done.length) : null
    const draft = makeDraft(target, fixed === null ? text : { ...text, msg_seq: fixed }, anchor)
    // A message that this run opened belongs to no other run.
    const ownRun = fixed === null ? {} : { replayed: false, shared: false }
    const result = await sender.send(draft, { ...init, ...ownRun })
    if (fixed !== null && result.kind === 'duplicate') throw unsureError()
    return result
  }

  #end(outcome: Outcome): void {
    if (this.#over) return
    this.#over = true
    this.#deps.turns.leave(this.#init.userId, this.#onTurn)
    for (const release of this.#release) release()
    const { deliveredEnd, text, done } = this.#state
    const facts = { messages: done.length, delivered: deliveredEnd, written: text.length }
    if (outcome.kind === 'failed') {
      const { code, errCode, message } = outcome.error
      this.#deps.log({
        level: 'warn',
        event: 'rest.stream_failed',
        ...facts,
        code,
        errCode,
        reason: message,
        error: outcome.error,
      })
    } else this.#deps.log({ level: 'debug', event: 'rest.stream', ...facts, outcome: outcome.kind })
    this.#settle(outcome)
  }
}
