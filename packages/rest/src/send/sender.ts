import type { LogSink } from '@qqkit/core'

import type { AuditBoard } from '../audit/audit-board.js'
import { failureMeans } from '../errors/failure-means.js'
import { amend } from '../errors/amend.js'
import { RestError } from '../errors/rest-error.js'
import { mayHaveLanded } from '../errors/told-delivered.js'
import { chooseFallback, type FallbackParts } from '../fallback/choose-fallback.js'
import type { FallbackRule } from '../fallback/fallback-rules.js'
import { StreamBody } from '../http/stream-body.js'
import { Attachments, type Attached, type AttachmentParts } from '../media/attach/attachments.js'
import { formBody } from '../media/attach/form-body.js'
import { causedBy } from '../media/media-error.js'
import { attemptTime } from '../media/upload/terms.js'
import type { QuotaWait } from '../limits/quota-wait.js'
import type { OutgoingMessage } from '../message/outgoing-message.js'
import type { CallInit, Caller } from '../pipeline/caller.js'
import type { RestStep } from '../pipeline/step.js'
import type { MentionForm } from '../text/inline.js'
import type { Anchor } from '../reply/anchor.js'
import { isDuplicate } from '../reply/is-duplicate.js'
import type { SendKind } from '../reply/number-ranges.js'
import type { Numbers } from '../reply/numbers.js'
import {
  lifeOf,
  moveAfter,
  usedNumbers,
  type Life,
  type NumberedSend,
  type UsedNumber,
} from '../reply/used-number.js'
import { wireBody, withAnchor, withoutAnchor, type Draft } from './draft.js'
import { readResult } from './read-result.js'
import type { SendResult } from './result.js'

/** What the sender works with. */
export interface SenderParts {
  readonly caller: Caller
  readonly numbers: Numbers
  readonly audits: AuditBoard
  readonly rules: readonly FallbackRule[]
  readonly mentionForm: MentionForm
  readonly log: LogSink
  readonly attachments: AttachmentParts
}

/** How one send is bounded and repeated. */
export interface SendTerms {
  /** An earlier run may have sent it. */
  readonly replayed: boolean
  /** Another process may send it as well. */
  readonly shared: boolean
  readonly kind: SendKind
  readonly signal: AbortSignal | undefined
  readonly deadlineAt: number
  /** The number that a reply has already, where it was given before. */
  readonly seq?: number | undefined
  /** ms for everything, where the caller said so; a file has time of its own otherwise. */
  readonly timeout?: number | undefined
  /** ms that the message has after its file, where that is not what every call has. */
  readonly time?: number | undefined
  /** What it may wait for its quota besides, should it go out as a proactive message. */
  readonly quota?: QuotaWait | undefined
}

/** When it is given up: a wait for the quota is not of the time that it has. */
const deadlineOf = ({ deadlineAt, quota }: SendTerms): number => deadlineAt + (quota?.waited ?? 0)

/** Where a send stands between two trips. */
interface Progress {
  readonly message: OutgoingMessage
  readonly anchored: boolean
  readonly seq: number | null
  readonly steps: readonly RestStep[]
  readonly used: ReadonlySet<string>
  /** The failure that the present trip is to make good. */
  readonly cause: RestError | null
  /** Calls that met a number that was used. */
  readonly met: number
}

/** Of every send, before anything has happened. */
const NEW: Omit<Progress, 'message' | 'anchored'> = Object.freeze({
  seq: null,
  steps: [],
  used: new Set<string>(),
  cause: null,
  met: 0,
})

const join = (before: readonly RestStep[], after: readonly RestStep[]): readonly RestStep[] =>
  before.length === 0 ? after : [...before, ...after]

/** A typing notice: not worth a repeat nor a way out, each of which may take a share of the replies (§6.1). */
export const isNotice = (message: string | OutgoingMessage): boolean =>
  typeof message === 'object' && message?.input_notify !== undefined

const callOf = (
  { scene, id, path, message }: Draft,
  body: OutgoingMessage | StreamBody,
  { repeatability, proactive, quota }: Pick<CallInit, 'repeatability' | 'proactive' | 'quota'>,
): CallInit => ({
  method: 'POST',
  route: scene.route,
  path,
  body,
  routeClass: scene.routeClass,
  target: id,
  repeatability,
  proactive,
  quota,
  ...(isNotice(message) && { single: true }),
  ...(body instanceof StreamBody && { attemptTimeout: attemptTime(body.length) }),
})

/** Nothing of a message has left while its file was not there. */
const unsent = (error: unknown, { cause }: Progress): unknown => {
  if (RestError.is(error)) return amend(error, { delivered: 'no' })
  return cause ? causedBy(error, cause) : error
}

/** What a refusal as duplicate means for a reply. Where replies carry no number, nobody can take another one. */
const usedNumber = (error: RestError, { scene, message }: Draft, terms: SendTerms): UsedNumber => {
  const kind: NumberedSend = message.msg_seq === undefined && scene.numbered ? terms.kind : 'given'
  const life: Life = lifeOf(terms)
  return usedNumbers[kind][life][error.steps.some(mayHaveLanded) ? 'uncertain' : 'certain']
}

/** Sends one message: numbers it, and decides after a refusal whether there is a way out. */
export class Sender {
  readonly #parts: SenderParts
  readonly #fallbacks: FallbackParts

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.#fallbacks = { rules: parts.rules, clock: parts.caller.clock, log: parts.log }
  }

  /** @throws RestError, with the first failure as `cause` when a fallback failed as well */
  send(draft: Draft, terms: SendTerms): Promise<SendResult> {
    const { anchor, scene, message } = draft
    // Fixed before the first attempt, so that every repeat carries the same one (§6.2).
    const seq = anchor && scene.numbered ? (message.msg_seq ?? this.#number(anchor, terms)) : null
    return this.#run(draft, { ...NEW, message, anchored: anchor !== null, seq }, terms)
  }

  /**
   * Sends what a refusal elsewhere has left unsent, as if the refusal had been of this message.
   *
   * @throws the refusal when the chain has no way out; RestError with it as `cause`
   */
  async sendAfter(error: RestError, draft: Draft, terms: SendTerms): Promise<SendResult> {
    const { anchor, message } = draft
    const start = { ...NEW, message, anchored: anchor !== null }
    const next = await this.#fallBack(error, start, draft, terms)
    const seq = anchor && next.anchored ? this.#number(anchor, terms) : null
    return this.#run(draft, { ...next, seq }, terms)
  }

  #number(anchor: Anchor, { seq, kind }: SendTerms): number {
    return seq ?? this.#parts.numbers.next(anchor, kind)
  }

  async #run(draft: Draft, start: Progress, terms: SendTerms): Promise<SendResult> {
    const files = new Attachments(this.#parts.attachments, draft.target, terms)
    try {
      for (let progress = start; ;) {
        const outcome = await this.#trip(draft, progress, terms, files)
        if ('kind' in outcome) return outcome
        progress = outcome
      }
    } finally {
      if (files.busy) await files.close()
    }
  }

  async #trip(
    draft: Draft,
    before: Progress,
    given: SendTerms,
    files: Attachments,
  ): Promise<SendResult | Progress> {
    const { anchored, seq, message } = before
    const mode = anchored ? 'passive' : 'proactive'
    const repeatability = anchored && seq !== null ? 'keyed' : 'plain'
    const wire = { seq: anchored ? seq : null, mentionForm: this.#parts.mentionForm }
    let progress = before
    let terms = given
    try {
      let body: OutgoingMessage | StreamBody
      if (message.file) {
        const attached = await this.#attach(files, before)
        if (given.timeout === undefined)
          terms = { ...given, deadlineAt: this.#parts.caller.deadline(given.time) }
        progress = { ...before, steps: join(before.steps, attached.steps) }
        const fields = wireBody(draft.scene, attached.message, wire)
        body = attached.picture ? formBody(fields, attached.picture) : fields
      } else body = wireBody(draft.scene, message, wire)
      const answer = await this.#parts.caller.travel(
        callOf(draft, body, { repeatability, proactive: !anchored, quota: given.quota }),
        terms.signal,
        deadlineOf(terms),
      )
      return readResult(answer, { mode, steps: join(progress.steps, answer.steps) }, this.#parts.audits)
    } catch (error) {
      if (!RestError.is(error)) throw error
      const met = { ...progress, steps: [...progress.steps, ...error.steps] }
      const used = anchored && isDuplicate(error) ? usedNumber(error, draft, terms) : null
      if (used === 'landed') return { kind: 'duplicate', id: null, mode, steps: met.steps }
      if (isNotice(message)) throw this.#final(error, met, terms)
      const moved = used === 'move' ? this.#move(draft, met, terms) : null
      if (moved) return moved
      files.note(error)
      if (error.delivered === 'no' && files.renew(error)) return this.#again(error, met, 'fresh_upload')
      return this.#fallBack(error, met, draft, terms)
    }
  }

  async #attach(files: Attachments, progress: Progress): Promise<Attached> {
    try {
      return await files.attach(progress.message)
    } catch (error) {
      throw unsent(error, progress)
    }
  }

  /** Someone else has used this number, e.g. another client: another one is taken; `null` when there have been enough. */
  #move({ anchor }: Draft, progress: Progress, { kind }: SendTerms): Progress | null {
    const { seq: from, steps } = progress
    const met = progress.met + 1
    const move = anchor && moveAfter(met, kind)
    if (!move || from === null) return null
    const { numbers, log } = this.#parts
    const to = move === 'next' ? numbers.next(anchor, kind) : numbers.drawn()
    log({ level: 'info', event: 'rest.next_seq', from, to })
    return { ...progress, seq: to, met, steps: [...steps, { kind: 'next_seq', from, to }] }
  }

  async #fallBack(error: RestError, progress: Progress, draft: Draft, terms: SendTerms): Promise<Progress> {
    const { message, used, anchored } = progress
    const choice = await chooseFallback(this.#fallbacks, error, {
      target: draft.target,
      nameOf: draft.nameOf,
      message,
      used,
      ...terms,
      deadlineAt: deadlineOf(terms),
    })
    if (!choice) throw this.#final(error, progress, terms)
    const { name, losesKey } = choice.rule
    // An anchor that was dead once is dead.
    const keeps = anchored && !losesKey
    return {
      ...this.#again(error, progress, name),
      message: keeps ? withAnchor(choice.message, draft.anchor) : withoutAnchor(choice.message),
      anchored: keeps,
      used: new Set([...used, name]),
    }
  }

  /** The way back to another trip, told in the steps and the log. */
  #again(error: RestError, progress: Progress, name: string): Progress {
    const { errCode, message: reason } = error
    const step: RestStep = { kind: 'fallback', name, errCode, reason }
    const message = `a message was refused, and is tried in another way: ${name}`
    this.#parts.log({ level: 'warn', event: 'rest.fallback', message, name, errCode, reason, error })
    return { ...progress, steps: [...progress.steps, step], cause: progress.cause ?? error }
  }

  #final(error: RestError, { cause, anchored, steps }: Progress, { replayed }: SendTerms): RestError {
    const refused = !anchored && failureMeans(error, 'proactiveRefused')
    // Whatever became of our attempts: the earlier process may have sent it.
    const delivered = replayed && error.delivered === 'no' ? 'unknown' : error.delivered
    return amend(error, {
      steps,
      delivered,
      ...(refused && { code: 'proactive_refused' }),
      ...(cause && { cause }),
    })
  }
}
