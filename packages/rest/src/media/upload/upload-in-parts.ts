import type { Clock } from '@qqkit/core'
import { onAbort } from '@qqkit/core/internal'

import type { RestStep } from '../../pipeline/step.js'
import type { Digest } from '../digest.js'
import { fileTypes, type MediaType } from '../kinds.js'
import type { Content } from '../source/content.js'
import { PartsMeter } from './parts-meter.js'
import { patiently, type Patience } from './patiently.js'
import { readPlan, type PlannedPart, type UploadPlan } from './plan.js'
import type { Progress } from './progress.js'
import { putPart } from './put-part.js'
import type { Storage } from './storage.js'
import { platformAttempt } from './terms.js'
import type { CallTerms, UploadCalls } from './upload-calls.js'

/** An upload in parts, and which of them the platform has. */
export interface PartedUpload {
  readonly plan: UploadPlan
  /** Indexes. */
  readonly done: Set<number>
}

/** A file on its way. */
export interface PartsJob {
  readonly clock: Clock
  readonly calls: UploadCalls
  readonly storage: Storage
  readonly content: Content
  readonly digest: Digest
  readonly type: MediaType
  readonly name: string
  /** Parts at once at most. */
  readonly concurrency: number
  readonly progress: Progress
  readonly terms: CallTerms
  /** What an earlier, interrupted upload of the same content has done. */
  readonly begun: PartedUpload | null
  /** Hears of the upload as soon as it has begun. */
  readonly onBegin: (upload: PartedUpload) => void
}

/** What the platform answered at last. */
export interface UploadOutcome {
  readonly body: unknown
  readonly steps: readonly RestStep[]
}

const begin = async (job: PartsJob, steps: RestStep[]): Promise<PartedUpload> => {
  const { calls, content, digest, type, name, concurrency } = job
  const answer = await calls.prepare({
    file_type: fileTypes[type],
    file_name: name,
    // A number is refused with 850012 (§5.5).
    file_size: String(content.size),
    md5: digest.md5,
    sha1: digest.sha1,
    md5_10m: digest.md5Head,
  })
  steps.push(...answer.steps)
  return { plan: readPlan(answer.body, content.size, concurrency), done: new Set() }
}

/** Runs work for each item, so many at once; the first failure ends the others. */
const inLanes = async <T>(
  items: readonly T[],
  lanes: number,
  outer: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  outer.throwIfAborted()
  const controller = new AbortController()
  const leave = onAbort(outer, () => controller.abort(outer.reason))
  const left = items.values()
  const lane = async (): Promise<void> => {
    for (const item of left) {
      try {
        await work(item, controller.signal)
      } catch (error) {
        controller.abort(error)
        throw error
      }
    }
  }
  try {
    const ends = await Promise.allSettled(Array.from({ length: lanes }, lane))
    // The one that failed first, not those that it ended.
    if (ends.some(({ status }) => status === 'rejected')) throw controller.signal.reason
  } finally {
    leave()
  }
}

/**
 * Uploads a file in parts: prepare → put and finish each → merge (§5.5). A part that fails is repeated alone.
 *
 * @throws RestError, MediaError; `signal.reason` on abort
 */
export const uploadInParts = async (job: PartsJob): Promise<UploadOutcome> => {
  const { clock, calls, storage, content, type, name, terms } = job
  const steps: RestStep[] = []
  const upload = job.begun ?? (await begin(job, steps))
  job.onBegin(upload)
  const { plan, done } = upload
  const { uploadId, retryTimeout, retryDelay } = plan
  const patience: Patience = { clock, retryTimeout, retryDelay, terms }
  const meter = new PartsMeter(job.progress, content.size)

  const carry = async (part: PlannedPart, signal: AbortSignal): Promise<void> => {
    const within = { signal, deadlineAt: terms.deadlineAt }
    const sent = (bytes: number): void => meter.sent(part.index, bytes)
    const put = await putPart({ storage, content, part, terms: within, sent })
    const finished = await patiently({ ...patience, terms: within }, () =>
      calls.finishPart(
        { upload_id: uploadId, part_index: part.index, block_size: part.length, md5: put.md5 },
        within,
      ),
    )
    steps.push(...put.steps, ...finished.steps)
    done.add(part.index)
  }

  for (const { index, length } of plan.parts) if (done.has(index)) meter.sent(index, length)
  const missing = plan.parts.filter(({ index }) => !done.has(index))
  await inLanes(missing, Math.min(plan.concurrency, missing.length), terms.signal, carry)
  const merged = await patiently(patience, () =>
    calls.files({ upload_id: uploadId, file_type: fileTypes[type], file_name: name }, platformAttempt),
  )
  return { body: merged.body, steps: [...steps, ...merged.steps] }
}
