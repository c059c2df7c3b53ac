import type { Clock } from '@qqkit/core'
import type { Dispatcher } from 'undici'

import { answerError, isMalformed, malformed, wireError } from '../errors/make-error.js'
import { RestError } from '../errors/rest-error.js'
import type { Situation } from '../errors/situation.js'
import type { Address } from '../hosts/address.js'
import { encodeBody, type EncodedBody } from '../http/encode-body.js'
import { exchange, WireFault, type HttpReply } from '../http/exchange.js'
import { readAnswer, type Reading } from '../http/read-answer.js'
import { StreamBody } from '../http/stream-body.js'
import type { RetryTable } from '../retry/retry-table.js'
import type { Alarms } from './alarms.js'
import type { Next, RestAnswer, RestCall } from './call.js'
import type { RestLog } from './rest-log.js'
import type { RestStep } from './step.js'

/** What every last stage works with. */
export interface AttemptParts {
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly alarms: Alarms
  /** ms for one attempt, the body of the answer included. */
  readonly attemptTimeout: number
  readonly table: RetryTable
  readonly userAgent: string
  readonly log: RestLog
}

/** Where attempts go, and what their answers mean. */
export interface Destination {
  readonly hostOf: (call: RestCall) => Address
  readonly pathOf: (call: RestCall, host: Address) => string
  /** Nothing could be connected to there. */
  readonly unreachable: (host: Address) => void
  readonly judge: (reading: Reading) => Situation | null
}

const NO_STEPS: readonly RestStep[] = Object.freeze([])

const headerList = (call: RestCall, userAgent: string, content: EncodedBody['content']): string[] => {
  const list = ['user-agent', userAgent]
  for (const name in call.headers) list.push(name, call.headers[name] ?? '')
  if (content instanceof StreamBody) {
    if (content.type !== null) list.push('content-type', content.type)
    list.push('content-length', String(content.length))
  } else if (content !== null) list.push('content-type', 'application/json; charset=utf-8')
  return list
}

/** A last stage: one attempt over HTTP, judged where its answer is read. */
export const attemptStage = (parts: AttemptParts, destination: Destination): Next => {
  const { dispatcher, clock, alarms, attemptTimeout, table, userAgent, log } = parts

  const attempt = async (call: RestCall): Promise<HttpReply> => {
    const host = destination.hostOf(call)
    const { content } = call.encoded.of === call.body ? call.encoded : encodeBody(call.body)
    const request = {
      origin: host.origin,
      path: destination.pathOf(call, host),
      method: call.method,
      headers: headerList(call, userAgent, content),
      body: content instanceof StreamBody ? content.open() : content,
    }
    const timeout = Math.min(call.attemptTimeout ?? attemptTimeout, call.deadlineAt - clock.now())
    try {
      return await exchange(dispatcher, request, { alarms, timeout, signal: call.signal })
    } catch (error) {
      if (!(error instanceof WireFault)) throw error
      // What could not be read was never sent whole: nobody can have executed it.
      if (content instanceof StreamBody && content.failure) throw content.failure.reason
      if (isMalformed(error)) throw malformed(call, error)
      if (!error.started) destination.unreachable(host)
      throw wireError(call, error, table)
    }
  }

  const note = (call: RestCall, started: number, status: number | null, error: RestError | null): void => {
    if (!log.heard()) return
    const { method, route } = call
    const ms = clock.now() - started
    const { code, errCode } = error ?? { code: null, errCode: null }
    log.write({ level: 'debug', event: 'rest.attempt', method, route, ms, status, code, errCode })
  }

  return async (call): Promise<RestAnswer> => {
    const started = clock.now()
    let reply: HttpReply
    try {
      reply = await attempt(call)
    } catch (error) {
      note(call, started, null, RestError.is(error) ? error : null)
      throw error
    }
    const reading = readAnswer(reply, clock.wall())
    const situation = destination.judge(reading)
    const error = situation === null ? null : answerError(call, reading, situation, table)
    note(call, started, reply.status, error)
    if (error) throw error
    return { status: reply.status, body: reading.body, traceId: reading.traceId, steps: NO_STEPS }
  }
}
