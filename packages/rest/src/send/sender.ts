import type { LogSink } from '@qqkit/core'

import { mayHaveDelivered } from '../errors/delivery.js'
import { failureMeans, RestError, withErrorContext } from '../errors/rest-error.js'
import { StreamBody } from '../http/body.js'
import type { QuotaWait } from '../limits/quotas.js'
import { causedBy } from '../media/error.js'
import { attemptTime } from '../media/upload/upload-deadline.js'
import type { WireMessage } from '../message/wire-message.js'
import type { CallInit, Client } from '../pipeline/client.js'
import type { MentionForm } from '../text/inline.js'
import type { RestStep, SendGate } from '../types/call.js'
import { type Attached, type AttachmentDeps, Attachments, formBody } from './attachments.js'
import { wireBody, withAnchor, withoutAnchor, type Draft } from './draft.js'
import { chooseFallback, type FallbackDeps, type FallbackRule } from './fallback.js'
import type { Anchor, ReplyNumbers, SendKind } from './reply-numbers.js'
import { type AuditTracker, readResult, type SendMode, type SendResult } from './result.js'
import {
  isDuplicate,
  type Life,
  lifeOf,
  moveAfter,
  type NumberedSend,
  type UsedNumber,
  usedNumbers,
} from './used-number.js'

/** Dependencies of the sender. */
export interface SenderDeps {
  readonly client: Client
  readonly numbers: ReplyNumbers
  readonly audits: AuditTracker
  readonly rules: readonly FallbackRule[]
  readonly mentionForm: MentionForm
  readonly log: LogSink
  readonly attachments: AttachmentDeps
}

/** Options of one send. */
export interface SendInit {
  /** An earlier run may have sent it. */
  readonly replayed: boolean
  /** Another process may send it as well. */
  readonly shared: boolean
  readonly kind: SendKind
  readonly signal: AbortSignal | undefined
  readonly deadlineAt: number
  /** A `msg_seq` that was assigned before. */
  readonly seq?: number | undefined
  /** Timeout of the caller in ms, including the upload; without one a file has its own time. */
  readonly timeout?: number | undefined
  /** Time for the message after its upload in ms; default: the timeout of every call. */
  readonly time?: number | undefined
  /** How long a proactive message may wait for its quota. */
  readonly quota?: QuotaWait | undefined
  readonly gate?: SendGate | undefined
}

/** The deadline; waits for the quota do not count. */
const deadlineOf = ({ deadlineAt, quota }: SendInit): number => deadlineAt + (quota?.waited ?? 0)

/** State of a send between two calls. */
interface SendState {
  readonly message: WireMessage
  readonly anchored: boolean
  readonly seq: number | null
  readonly steps: readonly RestStep[]
  readonly used: ReadonlySet<string>
  /** The first failure, if the current call is a fallback. */
  readonly cause: RestError | null
  /** Calls that were refused because their number was used. */
  readonly collisions: number
}

const NO_STEPS: readonly RestStep[] = Object.freeze([])
const NONE_USED: ReadonlySet<string> = new Set()

/** The state before the first call. */
const firstState = (message: WireMessage, anchored: boolean, seq: number | null): SendState => ({
  message,
  anchored,
  seq,
  steps: NO_STEPS,
  used: NONE_USED,
  cause: null,
  collisions: 0,
})

const join = (before: readonly RestStep[], after: readonly RestStep[]): readonly RestStep[] =>
  before.length === 0 ? after : [...before, ...after]

/**
 * Whether a message is a typing notice. Notices are neither repeated nor changed, because each attempt may use up a
 * reply (§6.1).
 */
export const isTypingNotice = (message: string | WireMessage): boolean =>
  typeof message === 'object' && message?.input_notify !== undefined

const callOf = (
  { scene, id, path, message }: Draft,
  body: WireMessage | StreamBody,
  repeatability: CallInit['repeatability'],
  proactive: boolean,
  { quota, gate }: SendInit,
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
  gate,
  single: isTypingNotice(message) || undefined,
  attemptTimeout: body instanceof StreamBody ? attemptTime(body.length) : undefined,
})

const modeOf = ({ anchored }: Pick<SendState, 'anchored'>): SendMode => (anchored ? 'passive' : 'proactive')

/** The error of a failed upload: the message itself was not sent. */
const unsent = (error: unknown, { cause }: SendState): unknown => {
  if (RestError.is(error)) return withErrorContext(error, { delivered: 'no' })
  return cause ? causedBy(error, cause) : error
}

/** What a refusal as duplicate means for this send. A number given by the caller is never replaced. */
const usedNumber = (error: RestError, { scene, message }: Draft, init: SendInit): UsedNumber => {
  const kind: NumberedSend = message.msg_seq === undefined && scene.numbered ? init.kind : 'given'
  const life: Life = lifeOf(init)
  return usedNumbers[kind][life][error.steps.some(mayHaveDelivered) ? 'uncertain' : 'certain']
}

/** Sends one message: assigns its number, and after a refusal chooses the fallback. */
export class Sender {
  readonly #deps: SenderDeps
  readonly #fallbacks: FallbackDeps

  constructor(deps: SenderDeps) {
    this.#deps = deps
    this.#fallbacks = { rules: deps.rules, clock: deps.client.clock, log: deps.log }
  }

  /**
   * Sends a message, for which `close()` of the client waits.
   *
   * @throws RestError, `closed` at once, or with the first failure as `cause` when a fallback failed as well
   */
  send(draft: Draft, init: SendInit): Promise<SendResult> {
    const { anchor, scene, message } = draft
    this.#deps.client.checkOpen()
    // Fixed before the first attempt, so that every repeat carries the same one (§6.2).
    const seq = anchor && scene.numbered ? (message.msg_seq ?? this.#number(anchor, init)) : null
    return this.#run(draft, firstState(message, anchor !== null, seq), init)
  }

  /**
   * Sends a message as the fallback of a refusal elsewhere, e.g. of a stream.
   *
   * @throws the refusal if no fallback applies; RestError with it as `cause`
   */
  async sendAfter(error: RestError, draft: Draft, init: SendInit): Promise<SendResult> {
    const { anchor, message } = draft
    const start = firstState(message, anchor !== null, null)
    const next = await this.#fallBack(error, start, draft, init)
    const seq = anchor && next.anchored ? this.#number(anchor, init) : null
    return this.#run(draft, { ...next, seq }, init)
  }

  #number(anchor: Anchor, { seq, kind }: SendInit): number {
    return seq ?? this.#deps.numbers.next(anchor, kind)
  }

  async #run(draft: Draft, start: SendState, given: SendInit): Promise<SendResult> {
    const { client, attachments, mentionForm, audits } = this.#deps
    let files: Attachments | null = null
    let state = start
    client.enter()
    try {
      for (;;) {
        const { anchored, message } = state
        const seq = anchored ? state.seq : null
        let init = given
        try {
          let body: WireMessage | StreamBody
          if (message.file) {
            files ??= new Attachments(attachments, draft.target, given)
            const attached = await this.#attach(files, state)
            if (given.timeout === undefined) init = { ...given, deadlineAt: client.deadline(given.time) }
            state = { ...state, steps: join(state.steps, attached.steps) }
            const fields = wireBody(draft.scene, attached.message, seq, mentionForm)
            body = attached.picture ? formBody(fields, attached.picture) : fields
          } else body = wireBody(draft.scene, message, seq, mentionForm)
          const call = callOf(draft, body, seq === null ? 'plain' : 'keyed', !anchored, given)
          const answer = await client.execute(call, init.signal, deadlineOf(init))
          return readResult(answer, modeOf(state), join(state.steps, answer.steps), audits)
        } catch (error) {
          if (!RestError.is(error)) throw error
          files ??= new Attachments(attachments, draft.target, given)
          const outcome = await this.#recover(error, state, draft, init, files)
          if ('kind' in outcome) return outcome
          state = outcome
        }
      }
    } finally {
      if (files?.busy) await files.close()
      client.leave()
    }
  }

  /** The result or the next state after a failed call. */
  async #recover(
    error: RestError,
    state: SendState,
    draft: Draft,
    init: SendInit,
    files: Attachments,
  ): Promise<SendResult | SendState> {
    const failed = { ...state, steps: [...state.steps, ...error.steps] }
    const used = state.anchored && isDuplicate(error) ? usedNumber(error, draft, init) : null
    if (used === 'landed') return { kind: 'duplicate', id: null, mode: modeOf(state), steps: failed.steps }
    if (isTypingNotice(state.message)) throw this.#final(error, failed, init)
    const moved = used === 'move' ? this.#move(draft, failed, init) : null
    if (moved) return moved
    files.rememberRefusal(error)
    if (error.delivered === 'no' && files.renew(error)) return this.#again(error, failed, 'fresh_upload')
    return this.#fallBack(error, failed, draft, init)
  }

  async #attach(files: Attachments, state: SendState): Promise<Attached> {
    try {
      return await files.attach(state.message)
    } catch (error) {
      throw unsent(error, state)
    }
  }

  /** Takes another number, because e.g. another client has used this one; `null` after too many collisions. */
  #move({ anchor }: Draft, state: SendState, { kind }: SendInit): SendState | null {
    const { seq: from, steps } = state
    const collisions = state.collisions + 1
    const move = anchor && moveAfter(collisions, kind)
    if (!move || from === null) return null
    const { numbers, log } = this.#deps
    const to = move === 'next' ? numbers.next(anchor, kind) : numbers.drawn()
    log({ level: 'debug', event: 'rest.next_seq', from, to })
    return { ...state, seq: to, collisions, steps: [...steps, { kind: 'next_seq', from, to }] }
  }

  async #fallBack(error: RestError, state: SendState, draft: Draft, init: SendInit): Promise<SendState> {
    const { message, used, anchored } = state
    const choice = await chooseFallback(this.#fallbacks, error, {
      target: draft.target,
      nameOf: draft.nameOf,
      message,
      used,
      ...init,
      deadlineAt: deadlineOf(init),
    })
    if (!choice) throw this.#final(error, state, init)
    const { name, losesKey } = choice.rule
    // A dead anchor stays dead.
    const keeps = anchored && !losesKey
    return {
      ...this.#again(error, state, name),
      message: keeps ? withAnchor(choice.message, draft.anchor) : withoutAnchor(choice.message),
      anchored: keeps,
      used: new Set([...used, name]),
    }
  }

  /** The state of the next call, with the fallback in its steps and the log. */
  #again(error: RestError, state: SendState, name: string): SendState {
    const { errCode, message: reason } = error
    const step: RestStep = { kind: 'fallback', name, errCode, reason }
    const message = `the message was refused; trying the fallback ${name}`
    this.#deps.log({ level: 'warn', event: 'rest.fallback', message, name, errCode, reason, error })
    return { ...state, steps: [...state.steps, step], cause: state.cause ?? error }
  }

  #final(error: RestError, { cause, anchored, steps }: SendState, { replayed }: SendInit): RestError {
    const refused = !anchored && failureMeans(error, 'proactiveRefused')
    // An earlier process may have sent the message, whatever happened here.
    const delivered = replayed && error.delivered === 'no' ? 'unknown' : error.delivered
    return withErrorContext(error, {
      steps,
      delivered,
      ...(refused && { code: 'proactive_refused' }),
      ...(cause && { cause }),
    })
  }
}
