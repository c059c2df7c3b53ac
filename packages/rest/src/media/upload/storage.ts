import { Cancellation } from '@qqkit/core/internal'

import type { Classification } from '../../answers/classify-answer.js'
import type { ParsedAnswer } from '../../answers/read-answer.js'
import type { StreamBody } from '../../http/body.js'
import { pageAddress } from '../../http/hosts.js'
import { type AttemptDeps, attemptStage } from '../../pipeline/attempt-stage.js'
import type { PipelineNext } from '../../pipeline/call.js'
import type { RestAnswer } from '../../types/call.js'
import type { Situation } from '../../types/situation.js'
import type { UploadCallOptions } from './upload-calls.js'
import { attemptTime } from './upload-deadline.js'

/** What the storage's answers mean. It knows no codes of the platform; bytes that came broken (400) may come whole. */
const BY_STATUS: Readonly<Record<number, Situation>> = Object.freeze({
  400: 'fault',
  408: 'lost',
  429: 'limited',
})

const classifyStorageAnswer = ({ status }: ParsedAnswer): Classification | null => {
  if (status >= 200 && status < 300) return null
  const situation = BY_STATUS[status] ?? (status >= 500 ? 'server_error' : 'refused')
  return { situation, facts: null }
}

/** The last stage of parts: at the address that the call names, with nothing of the bot's own in it. */
export const storageStage = (deps: AttemptDeps): PipelineNext => {
  const attempt = attemptStage(deps, {
    hostOf: (call) => pageAddress(call.path),
    pathOf: (_call, host) => host.path,
    trafficTo: () => undefined,
    unreachable: () => {},
    classify: classifyStorageAnswer,
  })
  return (call) => attempt(call, null)
}

/** Shown in place of the addresses that parts are put to: they are secrets. */
const ROUTE = '{presigned_url}'

/**
 * The object storage behind the platform. It checks signatures of its own and takes no token
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export class ObjectStorage {
  readonly #send: PipelineNext

  /** @param send deadline → retry → limiter → attempt, without authorization */
  constructor(send: PipelineNext) {
    this.#send = send
  }

  /**
   * Puts bytes to a presigned address.
   *
   * @throws RestError; what reading the body throws; `signal.reason` on abort
   */
  put(url: string, body: StreamBody, { signal, deadlineAt }: UploadCallOptions): Promise<RestAnswer> {
    return this.#send({
      method: 'PUT',
      route: ROUTE,
      path: url,
      body,
      content: body,
      headers: {},
      routeClass: 'storage',
      target: '',
      priority: 1,
      repeatability: 'idempotent',
      attemptTimeout: attemptTime(body.length),
      deadlineAt,
      outer: signal,
      cancellation: new Cancellation(),
    })
  }
}
