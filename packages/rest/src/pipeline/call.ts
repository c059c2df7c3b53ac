import type { LimitPermit } from '@qqkit/core'
import type { Cancellation } from '@qqkit/core/internal'

import type { EncodedBody } from '../http/body.js'
import type { QuotaWait } from '../limits/quotas.js'
import type { RestAnswer, RestCall, SendGate } from '../types/call.js'

/** A call inside the pipeline. */
export interface PipelineCall extends Omit<RestCall, 'signal'> {
  /** `body`, encoded for the wire. */
  readonly content: EncodedBody
  /** The caller's signal. */
  readonly outer: AbortSignal | undefined
  /** Cancelled by the caller, at the deadline, and when the client closes. */
  readonly cancellation: Cancellation
  /** How long a proactive message may wait for its quota; default: the client's option. */
  readonly quota?: QuotaWait | undefined
  /** Asked before each attempt. */
  readonly gate?: SendGate | undefined
  /** Of this attempt, where it may be too late to leave. */
  readonly permit?: LimitPermit | undefined
}

/** The rest of the pipeline, from inside. */
export type PipelineNext = (call: PipelineCall) => Promise<RestAnswer>

/** One stage of the pipeline, put around the rest of it. */
export type PipelineStage = (next: PipelineNext) => PipelineNext
