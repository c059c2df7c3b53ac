import { Cancellation } from '@qqkit/core/internal'

import type { Classification } from '../../answers/classify-answer.js'
import type { ParsedAnswer } from '../../answers/read-answer.js'
import type { StreamBody } from '../../http/body.js'
import { pageAddress } from '../../http/hosts.js'
import { type AttemptDeps, AttemptStage, type Destination } from '../../pipeline/attempt-stage.js'
import type { PipelineNext } from '../../pipeline/call.js'
import type { RestAnswer } from '../../types/call.js'
import type { Situation } from '../../types/situation.js'
import type { UploadCallOptions } from './upload-calls.js'
import { attemptTime } from './upload-deadline.js'

/** Situations by HTTP status. The storage has no error numbers; after 400 (damaged bytes) a repeat may succeed. */
const BY_STATUS: Readonly<Record<number, Situation>> = Object.freeze({
  400: 'fault',
  408: 'no_answer',
  429: 'limited',
})

const classifyStorageAnswer = ({ status }: ParsedAnswer): Classification | null => {
  if (status >= 200 && status < 300) return null
  const situation = BY_STATUS[status] ?? (status >= 500 ? 'server_error' : 'refused')
  return { situation, facts: null }
}

/** The presigned address of a part. */
const PRESIGNED: Destination = {
  hostOf: (call) => pageAddress(call.path),
  pathOf: (_call, host) => host.path,
  trafficTo: () => undefined,
  unreachable: () => {},
  classify: classifyStorageAnswer,
}

/** The last stage of parts: sends to the presigned address, without credentials of the bot. */
export const storageStage = (deps: AttemptDeps): PipelineNext => {
  const attempts = new AttemptStage(deps, PRESIGNED)
  return (call) => attempts.run(call, null)
}

/** Route shown in errors and records instead of the presigned addresses, which are secrets. */
const ROUTE = '{presigned_url}'

/**
 * The object storage behind the platform. It checks its own signatures and takes no token
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export class ObjectStorage {
  readonly #send: PipelineNext

  /** @param send deadline → retry → limiter → attempt, without authorization */
  constructor(send: PipelineNext) {
    this.#send = send
  }

  /**
   * Uploads bytes to a presigned address.
   *
   * @throws RestError; errors of reading the body; `signal.reason` on abort
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
