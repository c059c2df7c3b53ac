import type { Clock } from '@qqkit/core'
import type { Dispatcher } from 'undici'

import { judge } from '../errors/judge.js'
import { answerError, isMalformed, malformed, wireError } from '../errors/make-error.js'
import { RestError } from '../errors/rest-error.js'
import type { Address } from '../hosts/address.js'
import type { HostRing } from '../hosts/host-ring.js'
import { encodeBody } from '../http/encode-body.js'
import { exchange, WireFault, type HttpReply } from '../http/exchange.js'
import { readAnswer } from '../http/read-answer.js'
import type { RetryTable } from '../retry/retry-table.js'
import type { Alarms } from './alarms.js'
import type { Next, RestAnswer, RestCall } from './call.js'
import type { RestLog } from './rest-log.js'
import type { RestStep } from './step.js'

/** What the last stage works with. */
export interface SendStageParts {
  readonly dispatcher: Dispatcher
  readonly hosts: HostRing<Address>
  readonly clock: Clock
  readonly alarms: Alarms
  /** ms for one attempt, the body of the answer included. */
  readonly attemptTimeout: number
  readonly table: RetryTable
  readonly userAgent: string
  readonly log: RestLog
}

const NO_STEPS: readonly RestStep[] = Object.freeze([])

const headerList = (call: RestCall, userAgent: string, hasBody: boolean): string[] => {
  const list = ['user-agent', userAgent]
  for (const name in call.headers) list.push(name, call.headers[name] ?? '')
  if (hasBody) list.push('content-type', 'application/json; charset=utf-8')
  return list
}

/** The last stage: one attempt over HTTP, judged where its answer is read. */
export const sendStage = (parts: SendStageParts): Next => {
  const { dispatcher, hosts, clock, alarms, attemptTimeout, table, userAgent, log } = parts

  const attempt = async (call: RestCall): Promise<HttpReply> => {
    const host = hosts.current()
    const { text } = call.encoded.of === call.body ? call.encoded : encodeBody(call.body)
    const request = {
      origin: host.origin,
      path: host.path + call.path,
      method: call.method,
      headers: headerList(call, userAgent, text !== null),
      body: text,
    }
    const timeout = Math.min(attemptTimeout, call.deadlineAt - clock.now())
    try {
      return await exchange(dispatcher, request, { alarms, timeout, signal: call.signal })
    } catch (error) {
      if (!(error instanceof WireFault)) throw error
      if (isMalformed(error)) throw malformed(call, error)
      if (!error.started) hosts.unreachable(host)
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
    const situation = judge(reading)
    const error = situation === null ? null : answerError(call, reading, situation, table)
    note(call, started, reply.status, error)
    if (error) throw error
    return { status: reply.status, body: reading.body, traceId: reading.traceId, steps: NO_STEPS }
  }
}
