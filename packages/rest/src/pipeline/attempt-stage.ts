import type { Clock } from '@qqkit/core'
import type { DeadlineQueue } from '@qqkit/core/internal'
import type { Dispatcher } from 'undici'

import { answerError, localFault, malformed, wireError } from '../answers/attempt-error.js'
import { type Classification, classifyAnswer, errorPlaceOf, isExpected } from '../answers/classify-answer.js'
import { originOf } from '../answers/fault-origin.js'
import { readAnswer, type ParsedAnswer } from '../answers/read-answer.js'
import { RestError } from '../errors/rest-error.js'
import { type EncodedBody, StreamBody } from '../http/body.js'
import { exchange, type HostTraffic, type HttpReply, isUnreachable, WireFault } from '../http/exchange.js'
import type { Address, HostFailover } from '../http/hosts.js'
import type { RetryTable } from '../retry/retry-table.js'
import { noHeaders, type RestAnswer, type RestStep } from '../types/call.js'
import { situations } from '../types/situation.js'
import type { PipelineCall } from './call.js'
import type { RestLog } from './log.js'

/** What every last stage works with. */
export interface AttemptDeps {
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly deadlines: DeadlineQueue
  /** ms for one attempt, the body of the answer included. */
  readonly attemptTimeout: number
  readonly table: RetryTable
  readonly userAgent: string
  readonly log: RestLog
}

/** Where attempts go, and what their answers mean. */
export interface Destination {
  readonly hostOf: (call: PipelineCall) => Address
  readonly pathOf: (call: PipelineCall, host: Address) => string
  /** What is known of the way there. */
  readonly trafficTo: (host: Address) => HostTraffic | undefined
  /** Nothing could be connected to there. */
  readonly unreachable: (host: Address) => void
  readonly classify: (reading: ParsedAnswer, call: PipelineCall) => Classification | null
}

/** What an attempt shows to be let in. */
export interface Credentials {
  /** Cut out of whatever is said about the attempt. */
  readonly token: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
  /** They were not accepted. */
  readonly refused: () => void
}

/** Makes one attempt, with credentials where it goes to the platform. */
export type Attempt = (call: PipelineCall, credentials: Credentials | null) => Promise<RestAnswer>

const NO_STEPS: readonly RestStep[] = Object.freeze([])
const NO_HEADERS: readonly string[] = Object.freeze([])

const JSON_TYPE = ['content-type', 'application/json; charset=utf-8']

const contentHeaders = (content: EncodedBody): readonly string[] => {
  if (typeof content === 'string') return JSON_TYPE
  if (content === null) return NO_HEADERS
  const length = ['content-length', String(content.length)]
  return content.type === null ? length : ['content-type', content.type, ...length]
}

/** Makes the headers of attempts. Nearly all of them have the same ones, which are not written down anew. */
const headerWriter = (userAgent: string) => {
  let last: { readonly credentials: Credentials | null; readonly headers: readonly string[] } | undefined
  return ({ content, headers: extra }: PipelineCall, credentials: Credentials | null): string[] => {
    const usual = extra === noHeaders && typeof content === 'string'
    // A copy: a dispatcher may do with it what it likes.
    if (usual && last?.credentials === credentials) return [...last.headers]
    const headers = ['user-agent', userAgent, ...(credentials?.headers ?? NO_HEADERS)]
    for (const name in extra) headers.push(name, extra[name] ?? '')
    headers.push(...contentHeaders(content))
    if (usual) last = { credentials, headers: [...headers] }
    return headers
  }
}

/** ms that the last attempt of a call has: a wait or a connection that would leave less is not begun, or not cut short for it. */
const LAST = 2000

/**
 * When a request must have begun to leave: at half of the time that is left, so that a connection that cannot be made leaves time
 * for another one. Whoever repeats by a rhythm of its own has no use for that.
 */
const leaveBy = (started: number, due: number, { deadlineAt, single }: PipelineCall): number => {
  const left = deadlineAt - started
  return single || left <= LAST ? due : Math.min(due, started + left / 2)
}

/** A last stage: one attempt over HTTP, judged where its answer is read. */
export const attemptStage = (deps: AttemptDeps, destination: Destination): Attempt => {
  const { dispatcher, clock, deadlines, attemptTimeout, table, log } = deps
  const headersOf = headerWriter(deps.userAgent)

  const note = (call: PipelineCall, started: number, status: number | null, error: unknown): void => {
    if (!log.heard()) return
    const { method, route } = call
    const ms = clock.now() - started
    const { code, errCode } = RestError.is(error) ? error : { code: null, errCode: null }
    log.write({ level: 'debug', event: 'rest.attempt', method, route, ms, status, code, errCode })
  }

  /** What was certainly not executed is as if it had never left. */
  const settle = ({ cancellation }: PipelineCall, error: unknown, before: boolean): void => {
    if (RestError.is(error) && error.delivered === 'no' && !situations[error.situation].mayCollide)
      cancellation.exposed = before
  }

  /** What became of an attempt without an answer. */
  const failure = (fault: unknown, call: PipelineCall, host: Address, token: string | null): unknown => {
    if (!(fault instanceof WireFault)) return fault
    const { content } = call
    // What could not be read was never sent whole: nobody can have executed it.
    if (content instanceof StreamBody && content.failure) return content.failure.reason
    const origin = originOf(fault)
    if (origin.kind === 'request') return malformed(call, fault, token)
    if (origin.kind === 'local') return localFault(call, fault, { token, certain: origin.certain })
    if (isUnreachable(fault, destination.trafficTo(host))) destination.unreachable(host)
    return wireError(call, fault, table, token)
  }

  return async (call, credentials): Promise<RestAnswer> => {
    const started = clock.now()
    const token = credentials && credentials.token
    const host = destination.hostOf(call)
    const { content, cancellation, deadlineAt } = call
    const { exposed } = cancellation
    const request = {
      origin: host.origin,
      path: destination.pathOf(call, host),
      method: call.method,
      headers: headersOf(call, credentials),
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
      })
    } catch (fault) {
      const error = failure(fault, call, host, token)
      settle(call, error, exposed)
      note(call, started, null, error)
      throw error
    }
    const reading = readAnswer(reply, clock.wall())
    const classification = destination.classify(reading, call)
    const error = classification && answerError(call, reading, classification, { table, token })
    if (error) settle(call, error, exposed)
    note(call, started, reply.status, error)
    if (classification?.situation === 'unauthorized') credentials?.refused()
    if (error) throw error
    return { status: reply.status, body: reading.body, traceId: reading.traceId, steps: NO_STEPS }
  }
}

/** The last stage of calls to the API: at whichever of its hosts can be reached. */
export const sendStage = (deps: AttemptDeps, hosts: HostFailover<Address>): Attempt =>
  attemptStage(deps, {
    hostOf: () => hosts.current(),
    pathOf: (call, host) => host.path + call.path,
    trafficTo: (host) => hosts.trafficTo(host),
    unreachable: (host) => hosts.unreachable(host),
    classify: (reading, call) =>
      classifyAnswer(
        reading,
        () => errorPlaceOf(call),
        (answer) => isExpected(answer, call),
      ),
  })
