import { onAbort, type CancelTimer, type LogSink } from '@qqkit/core'

import type { RestError } from '../errors/rest-error.js'
import type { FallbackRule } from '../fallback/fallback-rules.js'
import type { Caller } from '../pipeline/caller.js'
import type { RestStep } from '../pipeline/step.js'
import { anchorKey } from '../reply/anchor.js'
import type { SeqAllocator } from '../reply/seq-allocator.js'
import { makeDraft } from '../send/draft.js'
import type { Sender } from '../send/sender.js'
import { accept } from './accept-chunk.js'
import { chunkCall, readChunkAnswer, type ChunkPlace } from './chunk-call.js'
import { judgeChunk, type Verdict } from './judge-chunk.js'
import { nextStep } from './next-step.js'
import { refuse } from './refuse-chunk.js'
import { asRestError } from './stage-error.js'
import {
  newStream,
  wantsText,
  type Chunk,
  type Outcome,
  type StreamRules,
  type StreamState,
} from './stream-state.js'
import { abort, depart, restFailed, restSent, sendRest, stop } from './transition.js'

/** What streams work with. */
export interface StreamParts {
  readonly caller: Caller
  readonly seqs: SeqAllocator
  readonly sender: Sender
  readonly rules: readonly FallbackRule[]
  readonly log: LogSink
}

/** How one stream goes. */
export interface StreamTerms extends ChunkPlace {
  readonly rules: StreamRules
  readonly replayed: boolean
  readonly timeout: number | undefined
}

/** Performs what {@link nextStep} wants: one call and one timer at a time. */
export class StreamDriver {
  readonly steps: RestStep[] = []
  /** Settles when nothing more happens. */
  readonly over: Promise<Outcome>
  readonly #parts: StreamParts
  readonly #terms: StreamTerms
  readonly #stopped = new AbortController()
  readonly #release: (() => void)[]
  #settle: (outcome: Outcome) => void = () => {}
  #over = false
  #state: StreamState
  #timer: { readonly dueAt: number; readonly cancel: CancelTimer } | null = null
  /** `msg_seq` of each message. */
  readonly #numbers: number[] = []
  readonly #moved = new Set<number>()

  constructor(parts: StreamParts, terms: StreamTerms) {
    const { caller } = parts
    this.#parts = parts
    this.#terms = terms
    this.#state = newStream(terms.rules, caller.clock.now())
    // Taken when the stream is opened: numbers follow the order of calls.
    this.#number(0)
    this.over = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#release = [
      onAbort(caller.closing, () => this.change((state) => abort(state, caller.closing.reason as RestError))),
      onAbort(caller.closed, () => this.change((state) => stop(state, caller.closed.reason as RestError))),
    ]
    caller.track(() => this.over).catch((error: RestError) => this.change((state) => stop(state, error)))
  }

  get state(): StreamState {
    return this.#state
  }

  /** Aborts when no more text is of use. */
  get stopped(): AbortSignal {
    return this.#stopped.signal
  }

  /** Changes the state, and does what follows from it. */
  change(transition: (state: StreamState) => StreamState): void {
    this.#state = transition(this.#state)
    if (!wantsText(this.#state)) this.#stopped.abort()
    this.#go()
  }

  #go(): void {
    const step = nextStep(this.#state)
    if (step.kind === 'chunk') {
      this.#arm(this.#state.dueAt)
      return
    }
    this.#disarm()
    if (step.kind === 'rest') void this.#sendRest(step.text)
    if (step.kind === 'over') this.#end(step.outcome)
  }

  #arm(dueAt: number): void {
    if (this.#timer?.dueAt === dueAt) return
    this.#disarm()
    const { clock } = this.#parts.caller
    const cancel = clock.setTimer(Math.max(0, dueAt - clock.now()), () => {
      this.#timer = null
      const step = nextStep(this.#state)
      if (step.kind === 'chunk') void this.#send(step.chunk)
    })
    this.#timer = { dueAt, cancel }
  }

  #disarm(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  #number(part: number): number {
    return (this.#numbers[part] ??= this.#parts.seqs.next(anchorKey(this.#terms.anchor)))
  }

  async #send(chunk: Chunk): Promise<void> {
    const { caller } = this.#parts
    this.#state = depart(this.#state, chunk, caller.clock.now())
    const call = chunkCall(this.#terms, chunk, this.#number(chunk.part))
    try {
      const answer = await caller.travel(call, undefined, caller.deadline(this.#terms.timeout))
      this.steps.push(...answer.steps)
      this.change((state) => accept(state, readChunkAnswer(answer), caller.clock.now()))
    } catch (error) {
      const verdict = this.#judge(asRestError(error), chunk)
      this.steps.push(...verdict.error.steps)
      if (verdict.kind === 'taken') this.#move(chunk.part)
      this.change((state) => refuse(state, verdict, caller.clock.now()))
    }
  }

  #judge(error: RestError, { part, id }: Chunk): Verdict {
    const replayed = this.#terms.replayed && part === 0 && id === null
    const pending = this.#state.part.pending !== null
    const verdict = judgeChunk(error, { replayed, pending, moved: this.#moved.has(part) })
    return verdict.kind === 'anchor_dead' && !this.#hasWayOut() ? { ...verdict, kind: 'fatal' } : verdict
  }

  #hasWayOut(): boolean {
    const { replayed } = this.#terms
    return this.#parts.rules.some(({ when, losesKey }) => when === 'anchorDead' && !(losesKey && replayed))
  }

  /** Someone else has used this number: the next one is taken, once. */
  #move(part: number): void {
    const from = this.#number(part)
    const to = this.#parts.seqs.next(anchorKey(this.#terms.anchor))
    this.#numbers[part] = to
    this.#moved.add(part)
    this.steps.push({ kind: 'next_seq', from, to })
    this.#parts.log({ level: 'info', event: 'rest.next_seq', from, to })
  }

  async #sendRest(content: string): Promise<void> {
    const { fate } = this.#state
    if (fate.kind !== 'collecting') return
    this.#state = sendRest(this.#state)
    const { caller, sender } = this.#parts
    const { userId, anchor, contentType, replayed, timeout } = this.#terms
    const message = contentType === 'markdown' ? { markdown: { content } } : { content }
    try {
      const draft = makeDraft({ scene: 'c2c', id: userId }, message, anchor)
      const terms = { replayed, signal: undefined, deadlineAt: caller.deadline(timeout) }
      const result = await sender.sendAfter(fate.error, draft, terms)
      this.steps.push(...result.steps)
      const { id, mode } = result
      const refIdx = result.kind === 'sent' ? result.refIdx : null
      this.change((state) => restSent(state, { id, refIdx, mode, finished: true }))
    } catch (error) {
      const known = asRestError(error)
      this.steps.push(...known.steps)
      this.change((state) => restFailed(state, known))
    }
  }

  #end(outcome: Outcome): void {
    if (this.#over) return
    this.#over = true
    for (const release of this.#release) release()
    const { part, text, done } = this.#state
    const facts = { messages: done.length, delivered: part.confirmed, written: text.length }
    if (outcome.kind === 'failed') {
      const { code, errCode, message } = outcome.error
      this.#parts.log({
        level: 'warn',
        event: 'rest.stream_failed',
        ...facts,
        code,
        errCode,
        reason: message,
      })
    } else this.#parts.log({ level: 'debug', event: 'rest.stream', ...facts, outcome: outcome.kind })
    this.#settle(outcome)
  }
}
