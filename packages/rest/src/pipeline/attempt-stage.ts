import type { Clock } from '@qqkit/core'
import type { DeadlineQueue } from '@qqkit/core/internal'

import { answerError, localFault, malformed, wireError } from '../answers/attempt-error.js'
import {
  type AnswerRules,
  type Classification,
  classifyAnswer,
  errorPlaceOf,
  isExpected,
} from '../answers/classify-answer.js'
import { originOf } from '../answers/fault-origin.js'
import { readAnswer, type ParsedAnswer } from '../answers/read-answer.js'
import { RestError } from '../errors/rest-error.js'
import { type EncodedBody, StreamBody } from '../http/body.js'
import {
  exchange,
  HeldBack,
  type HostTraffic,
  type HttpReply,
  isUnreachable,
  WireFault,
} from '../http/exchange.js'
import { type Address, HostFailover } from '../http/hosts.js'
import type { RequestSender } from '../http/sockets.js'
import type { RetryTable } from '../retry/retry-table.js'
import { noHeaders, type RestAnswer, type RestStep } from '../types/call.js'
import { situations } from '../types/situation.js'
import type { PipelineCall } from './call.js'
import type { RestLog } from './log.js'

/** Dependencies of an attempt stage. */
export interface AttemptDeps {
  readonly dispatcher: RequestSender
  /** `null` for a dispatcher of the user's. It may say that a request begins when its answer has come: that must not hold it back. */
  readonly ownDispatcher: RequestSender | null
  readonly clock: Clock
  readonly deadlines: DeadlineQueue
  /** ms for one attempt, the body of the answer included. */
  readonly attemptTimeout: number
  readonly table: RetryTable
  readonly userAgent: string
  readonly log: RestLog
}

/** The server that attempts go to, and how its answers are classified. */
export interface Destination {
  hostOf(call: PipelineCall): Address
  pathOf(call: PipelineCall, host: Address): string
  /** Open requests to the host, if they are counted. */
  trafficTo(host: Address): HostTraffic | undefined
  /** Reports that no connection to the host could be made. */
  unreachable(host: Address): void
  classify(reading: ParsedAnswer, call: PipelineCall): Classification | null
}

/** Credentials sent with an attempt. */
export interface Credentials {
  /** Removed from every text about the attempt. */
  readonly token: string
  /** Names and values alternate. */
  readonly headers: readonly string[]
  /** Reports that the credentials were refused. */
  refused(): void
}

const NO_STEPS: readonly RestStep[] = Object.freeze([])
const NO_HEADERS: readonly string[] = Object.freeze([])

const JSON_TYPE = ['content-type', 'application/json; charset=utf-8']

const contentHeaders = (content: EncodedBody): readonly string[] => {
  if (typeof content === 'string') return JSON_TYPE
  if (content === null) return NO_HEADERS
  const length = ['content-length', String(content.length)]
  return content.type === null ? length : ['content-type', content.type, ...length]
}

/** Time in ms that is enough for one attempt: with less left, half of it is not reserved for a second connection. */
const ONE_ATTEMPT = 2000

/**
 * When the request must have been sent: after half of the remaining time, so that a failed connection leaves time for
 * another one. Calls that the caller repeats itself get the whole time.
 */
const leaveBy = (started: number, due: number, { deadlineAt, single }: PipelineCall): number => {
  const left = deadlineAt - started
  return single || left <= ONE_ATTEMPT ? due : Math.min(due, started + left / 2)
}

/** An attempt that was certainly not executed does not count as sent. */
const settle = ({ cancellation }: PipelineCall, error: unknown, before: boolean): void => {
  if (RestError.is(error) && error.delivered === 'no' && !situations[error.situation].mayCollide)
    cancellation.exposed = before
}

/** The last stage: one attempt over HTTP, whose answer is classified here. */
export class AttemptStage {
  readonly #deps: AttemptDeps
  readonly #destination: Destination
  /** Most attempts have the same headers. */
  #usual: { readonly credentials: Credentials | null; readonly headers: readonly string[] } | undefined

  constructor(deps: AttemptDeps, destination: Destination) {
    this.#deps = deps
    this.#destination = destination
  }

  /** @throws RestError; HeldBack, if it would have left too late for its permit; errors of reading the body, and of the gate; the reason of the cancellation */
  async run(call: PipelineCall, credentials: Credentials | null): Promise<RestAnswer> {
    const { dispatcher, ownDispatcher, clock, deadlines, attemptTimeout, table } = this.#deps
    const destination = this.#destination
    const { gate, permit } = call
    const passing = gate?.pass({ keyed: call.repeatability !== 'plain', signal: call.cancellation.signal })
    if (passing) {
      await passing
      // It would only be held back later.
      if (permit?.isLate?.()) throw new HeldBack()
    }
    const started = clock.now()
    const token = credentials && credentials.token
    const host = destination.hostOf(call)
    const { content, cancellation, deadlineAt } = call
    const { exposed } = cancellation
    const request = {
      origin: host.origin,
      path: destination.pathOf(call, host),
      method: call.method,
      headers: this.#headersOf(call, credentials),
      body: content instanceof StreamBody ? content.open() : content,
      headersTimeout: 0,
      bodyTimeout: 0,
    } as const
    let reply: HttpReply
    try {
      const due = Math.min(started + (call.attemptTimeout ?? attemptTimeout), deadlineAt)
      reply = await exchange(dispatcher, request, {
        deadlines,
        started,
        due,
        leaveBy: leaveBy(started, due, call),
        cancellation,
        traffic: destination.trafficTo(host),
        permit: ownDispatcher ? permit : undefined,
      })
    } catch (fault) {
      if (fault instanceof HeldBack) throw fault
      const error = this.#failure(fault, call, host, token)
      settle(call, error, exposed)
      this.#log(call, started, null, error)
      throw error
    }
    const reading = readAnswer(reply, clock.wall())
    const classification = destination.classify(reading, call)
    const error = classification && answerError(call, reading, classification, { table, token })
    if (error) settle(call, error, exposed)
    this.#log(call, started, reply.status, error)
    if (classification?.situation === 'unauthorized') credentials?.refused()
    if (error) throw error
    return { status: reply.status, body: reading.body, traceId: reading.traceId, steps: NO_STEPS }
  }

  #headersOf({ content, headers: extra }: PipelineCall, credentials: Credentials | null): string[] {
    const usual = extra === noHeaders && typeof content === 'string'
    // A copy, because a dispatcher may modify the list.
    if (usual && this.#usual?.credentials === credentials) return [...this.#usual.headers]
    const headers = ['user-agent', this.#deps.userAgent, ...(credentials?.headers ?? NO_HEADERS)]
    for (const name in extra) headers.push(name, extra[name] ?? '')
    headers.push(...contentHeaders(content))
    if (usual) this.#usual = { credentials, headers: [...headers] }
    return headers
  }

  /** The error of an attempt without an answer. */
  #failure(fault: unknown, call: PipelineCall, host: Address, token: string | null): unknown {
    if (!(fault instanceof WireFault)) return fault
    const { content } = call
    // A body that could not be read was never sent completely, so the request cannot have been executed.
    if (content instanceof StreamBody && content.failure) return content.failure.reason
    const origin = originOf(fault)
    if (origin.kind === 'request') return malformed(call, fault, token)
    if (origin.kind === 'local') return localFault(call, fault, { token, certain: origin.certain })
    if (isUnreachable(fault, this.#destination.trafficTo(host))) this.#destination.unreachable(host)
    return wireError(call, fault, this.#deps.table, token)
  }

  #log(call: PipelineCall, started: number, status: number | null, error: unknown): void {
    const { log, clock } = this.#deps
    if (!log.heard()) return
    const { method, route } = call
    const ms = clock.now() - started
    const { code, errCode } = RestError.is(error) ? error : { code: null, errCode: null }
    log.write({ level: 'debug', event: 'rest.attempt', method, route, ms, status, code, errCode })
  }
}

const API: AnswerRules<PipelineCall> = { placeOf: errorPlaceOf, expected: isExpected }

/** Where API calls go: to the first host that can be reached. */
export class ApiDestination extends HostFailover<Address> implements Destination {
  hostOf(): Address {
    return this.current()
  }

  pathOf(call: PipelineCall, host: Address): string {
    return host.path + call.path
  }

  classify(reading: ParsedAnswer, call: PipelineCall): Classification | null {
    return classifyAnswer(reading, call, API)
  }
}
