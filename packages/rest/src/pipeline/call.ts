import type { Cancellation } from '@qqkit/core/internal'

import type { EncodedBody } from '../http/body.js'
import type { QuotaWait } from '../limits/quotas.js'
import type { RestAnswer, RestCall } from '../types/call.js'

/** A call inside of the pipeline. */
export interface PipelineCall extends Omit<RestCall, 'signal'> {
  /** `body` as it goes over the wire. */
  readonly content: EncodedBody
  /** The caller's own signal. */
  readonly outer: AbortSignal | undefined
  /** Comes with the caller, with the deadline and when the client closes. */
  readonly cancellation: Cancellation
  /** How long a proactive message may wait for its quota; absent: as the client's option says. */
  readonly quota?: QuotaWait | undefined
}

/** The rest of the way out, inside of the pipeline. */
export type PipelineNext = (call: PipelineCall) => Promise<RestAnswer>

/** One of the pipeline's own stages. */
export type PipelineStage = (call: PipelineCall, next: PipelineNext) => Promise<RestAnswer>
