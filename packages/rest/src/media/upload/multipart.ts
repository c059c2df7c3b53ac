import { createHash } from 'node:crypto'

import type { Clock } from '@qqkit/core'
import { onAbort, sleep } from '@qqkit/core/internal'
import { defaultBlockBytes, partRetryCapMs } from '@qqkit/protocol'

import { unwrapped } from '../../answers/read-answer.js'
import { RestError } from '../../errors/rest-error.js'
import { StreamBody } from '../../http/body.js'
import { isObject } from '../../http/json.js'
import type { RestStep } from '../../types/call.js'
import { type Content, type Digest, piecesOf } from '../content.js'
import { MediaError } from '../error.js'
import { fileTypes, type MediaType } from '../media.js'
import type { ProgressTracker } from './progress.js'
import type { ObjectStorage } from './storage.js'
import { repeatLater, type UploadCallOptions, type UploadCalls } from './upload-calls.js'
import { platformAttempt } from './upload-deadline.js'

/** A part to upload. */
export interface PlannedPart {
  /** Index of the platform. */
  readonly index: number
  /** Presigned address of the part: a secret, since it allows uploading. */
  readonly url: string
  readonly from: number
  readonly length: number
}

/** The platform's plan of an upload in parts. Times in ms. */
export interface UploadPlan {
  readonly uploadId: string
  readonly parts: readonly PlannedPart[]
  /** Parts at once. */
  readonly concurrency: number
  /** For how long and how often a part that is still processed is finished again. */
  readonly retryTimeout: number
  readonly retryDelay: number
}

type Fields = Readonly<Record<string, unknown>>

const SECOND = 1000
const RETRY_TIMEOUT = 300
const RETRY_DELAY = 1
/** Shortest delay, since a delay of 0 would flood the platform. */
const SHORTEST_DELAY = 100
const LONGEST_DELAY = 60_000

const invalidPlan = (path: string, hint: string): never => {
  throw new MediaError({ code: 'media_answer', path, hint })
}

/** CONFLICT §5.5: numbers are strings or numbers. */
const numberOf = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)

interface RawPart {
  readonly index: number
  readonly url: string
  readonly size: number | null
}

const readPart = (value: unknown, position: number): RawPart => {
  const at = `parts[${position}]`
  const fields: Fields = isObject(value) ? value : {}
  const index = numberOf(fields['index'])
  const url = fields['presigned_url']
  if (index === null || !Number.isInteger(index)) return invalidPlan(`${at}.index`, 'is not a whole number')
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return invalidPlan(`${at}.presigned_url`, 'is not an address')
  return { index, url, size: numberOf(fields['block_size']) }
}

/**
 * The parts in order with their byte ranges. CONFLICT §5.5: they count from 0 or from 1, so only their order is used. A
 * size is the largest of a part: the last one takes the rest.
 */
const rangesOf = (parts: readonly RawPart[], block: number, size: number): readonly PlannedPart[] => {
  let from = 0
  const ranges = parts.map(({ index, url, size: own }, position) => {
    const length = Math.min(own === null || own === 0 ? block : own, size - from)
    if (length <= 0) invalidPlan(`parts[${position}]`, 'has no bytes left')
    if (position > 0 && index !== (parts[position - 1]?.index ?? 0) + 1)
      invalidPlan(`parts[${position}].index`, 'does not follow the previous one')
    const part = { index, url, from, length }
    from += length
    return part
  })
  if (from !== size) invalidPlan('parts', `cover ${from} of ${size} bytes`)
  return ranges
}

/**
 * Reads the plan from the answer to `upload_prepare`.
 *
 * @param size bytes of the whole file
 * @param most largest number of parts at once
 * @throws MediaError `media_answer`
 */
export const readPlan = (body: unknown, size: number, most: number): UploadPlan => {
  const fields = unwrapped(body, 'upload_id')
  const uploadId = fields['upload_id']
  if (typeof uploadId !== 'string' || uploadId === '')
    return invalidPlan('upload_id', 'is missing in the answer')
  const list: unknown = fields['parts']
  if (!Array.isArray(list)) return invalidPlan('parts', 'are missing in the answer')
  const block = numberOf(fields['block_size'])
  const parts = list.map(readPart).toSorted((a, b) => a.index - b.index)
  // CONFLICT §5.5: the configuration is nested or at the top level.
  const config: Fields = { ...fields, ...(isObject(fields['upload_config']) ? fields['upload_config'] : {}) }
  const timeout = (numberOf(config['retry_timeout']) ?? RETRY_TIMEOUT) * SECOND
  const delay = (numberOf(config['retry_delay']) ?? RETRY_DELAY) * SECOND
  return {
    uploadId,
    parts: rangesOf(parts, block === null || block === 0 ? defaultBlockBytes : block, size),
    concurrency: clamp(Math.floor(numberOf(config['concurrency']) ?? 1), 1, most),
    retryTimeout: Math.min(timeout, partRetryCapMs),
    retryDelay: clamp(delay, SHORTEST_DELAY, LONGEST_DELAY),
  }
}

/** Adds up the sent bytes of all parts. A part that is sent again counts from its start. */
class PartsProgress {
  readonly #progress: ProgressTracker
  readonly #total: number
  readonly #sent = new Map<number, number>()
  #sum = 0

  constructor(progress: ProgressTracker, total: number) {
    this.#progress = progress
    this.#total = total
  }

  /** Sets the number of sent bytes of a part. */
  sent(index: number, bytes: number): void {
    this.#sum += bytes - (this.#sent.get(index) ?? 0)
    this.#sent.set(index, bytes)
    this.#progress.advance(this.#sum, this.#total)
  }
}

/** Fields of {@link putPart}. */
export interface PutInit {
  readonly storage: ObjectStorage
  readonly content: Content
  readonly part: PlannedPart
  readonly options: UploadCallOptions
  /** Called with the number of sent bytes of the part. */
  readonly sent: (bytes: number) => void
}

/** An uploaded part. */
export interface PutPart {
  /** MD5 of the sent bytes, in hex. */
  readonly md5: string
  readonly steps: readonly RestStep[]
}

/**
 * Uploads the bytes of one part, read again for each attempt.
 *
 * @throws RestError; MediaError when the content cannot be read or has changed
 */
const putPart = async ({ storage, content, part, options, sent }: PutInit): Promise<PutPart> => {
  let md5 = createHash('md5')
  const body = new StreamBody(null, part.length, async function* () {
    const own = createHash('md5')
    md5 = own
    let bytes = 0
    sent(bytes)
    for await (const piece of piecesOf(content, part.from, part.length)) {
      // A cancelled attempt may still be reading when the next one has begun.
      if (md5 !== own) return
      own.update(piece)
      yield piece
      bytes += piece.byteLength
      sent(bytes)
    }
  })
  const { steps } = await storage.put(part.url, body, options)
  await content.verify()
  return { md5: md5.digest('hex'), steps }
}

/** How long and how often to repeat, in ms. */
export interface ProcessingRetryOptions {
  readonly clock: Clock
  readonly retryTimeout: number
  readonly retryDelay: number
  readonly options: UploadCallOptions
}

/**
 * Repeats work while the platform answers "upload failed, retry", because it is still processing the part (§5.5).
 *
 * @throws any other error of the work, or the last one
 */
const retryWhileProcessing = async <T>(
  { clock, retryTimeout, retryDelay, options }: ProcessingRetryOptions,
  work: () => Promise<T>,
): Promise<T> => {
  const until = clock.now() + retryTimeout
  for (;;) {
    let wait = retryDelay
    try {
      return await work()
    } catch (error) {
      if (!RestError.is(error) || error.errCode !== repeatLater) throw error
      wait = Math.max(retryDelay, error.retryAfter ?? 0)
      const next = clock.now() + wait
      if (next > until || next >= options.deadlineAt) throw error
    }
    await sleep(clock, wait, options.signal)
  }
}

/** An upload in parts, and the parts that are done. */
export interface MultipartUpload {
  readonly plan: UploadPlan
  /** Indexes of finished parts. */
  readonly done: Set<number>
}

/** A file to upload in parts. */
export interface MultipartJob {
  readonly clock: Clock
  readonly calls: UploadCalls
  readonly storage: ObjectStorage
  readonly content: Content
  readonly digest: Digest
  readonly type: MediaType
  readonly name: string
  /** Largest number of parts at once. */
  readonly concurrency: number
  readonly progress: ProgressTracker
  readonly options: UploadCallOptions
  /** An earlier, interrupted upload of the same content. */
  readonly begun: MultipartUpload | null
  /** Called as soon as the upload has begun. */
  readonly onBegin: (upload: MultipartUpload) => void
}

/** The final answer of the platform. */
export interface UploadOutcome {
  readonly body: unknown
  readonly steps: readonly RestStep[]
}

const begin = async (job: MultipartJob, steps: RestStep[]): Promise<MultipartUpload> => {
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

/** Runs work for each item, up to `limit` at once; the first failure cancels the others. */
const runConcurrently = async <T>(
  items: readonly T[],
  limit: number,
  outer: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  outer.throwIfAborted()
  const controller = new AbortController()
  const leave = onAbort(outer, () => controller.abort(outer.reason))
  const left = items.values()
  const worker = async (): Promise<void> => {
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
    const ends = await Promise.allSettled(Array.from({ length: limit }, worker))
    // Throws the first failure, not those of the cancelled workers.
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
export const uploadInParts = async (job: MultipartJob): Promise<UploadOutcome> => {
  const { clock, calls, storage, content, type, name, options } = job
  const steps: RestStep[] = []
  const upload = job.begun ?? (await begin(job, steps))
  job.onBegin(upload)
  const { plan, done } = upload
  const { uploadId, retryTimeout, retryDelay } = plan
  const retrying: ProcessingRetryOptions = { clock, retryTimeout, retryDelay, options }
  const parts = new PartsProgress(job.progress, content.size)

  const uploadPart = async (part: PlannedPart, signal: AbortSignal): Promise<void> => {
    const within = { signal, deadlineAt: options.deadlineAt }
    const sent = (bytes: number): void => parts.sent(part.index, bytes)
    const put = await putPart({ storage, content, part, options: within, sent })
    const finished = await retryWhileProcessing({ ...retrying, options: within }, () =>
      calls.finishPart(
        { upload_id: uploadId, part_index: part.index, block_size: part.length, md5: put.md5 },
        within,
      ),
    )
    steps.push(...put.steps, ...finished.steps)
    done.add(part.index)
  }

  for (const { index, length } of plan.parts) if (done.has(index)) parts.sent(index, length)
  const missing = plan.parts.filter(({ index }) => !done.has(index))
  await runConcurrently(missing, Math.min(plan.concurrency, missing.length), options.signal, uploadPart)
  const merged = await retryWhileProcessing(retrying, () =>
    calls.files({ upload_id: uploadId, file_type: fileTypes[type], file_name: name }, platformAttempt),
  )
  return { body: merged.body, steps: [...steps, ...merged.steps] }
}
