import type { Clock, LogSink } from '@qqkit/core'
import { BoundedMap, SingleFlight } from '@qqkit/core/internal'
import { partRetryCapMs } from '@qqkit/protocol'

import { RestError } from '../../errors/rest-error.js'
import type { Client } from '../../pipeline/client.js'
import type { RestStep } from '../../types/call.js'
import { contentKey, type GuardedCache, type MediaIdentity, urlKey } from '../cache.js'
import { type Content, type Digest, digestOf } from '../content.js'
import { MediaError } from '../error.js'
import { fileTypes, type MediaFacts, type MediaScene, type MediaType, readMedia } from '../media.js'
import { uploadAnotherWay } from './fallback.js'
import { type MultipartUpload, uploadInParts, type UploadOutcome } from './multipart.js'
import { ProgressTracker } from './progress.js'
import { partsMayHelp } from './refusals.js'
import type { ObjectStorage } from './storage.js'
import { type UploadCallOptions, UploadCalls } from './upload-calls.js'
import { attemptTime, platformAttempt, type UploadDeadline } from './upload-deadline.js'

/** Bounds of a shared upload: it runs until its last caller has left. */
export interface SharedUploadRun extends UploadCallOptions {
  readonly progress: ProgressTracker
  /** Restarts the time of all callers: `ms`, plus the time for the size. */
  restart(ms: number, size: number): void
}

class SharedUpload<T> {
  readonly single = new SingleFlight<T>()
  readonly progress = new ProgressTracker()
  readonly waiters = new Set<UploadDeadline>()

  get deadlineAt(): number {
    return Math.max(0, ...Array.from(this.waiters, ({ deadlineAt }) => deadlineAt))
  }
}

/** Merges equal uploads that run at the same time. */
class SharedUploads<T> {
  readonly #uploads = new Map<string, SharedUpload<T>>()

  /**
   * Joins the upload under this key, or starts it.
   *
   * @throws `signal.reason` of this caller, or errors of the work
   */
  async run(
    key: string,
    deadline: UploadDeadline,
    progress: ProgressTracker,
    work: (run: SharedUploadRun) => Promise<T>,
  ): Promise<T> {
    const shared = this.#uploads.get(key) ?? new SharedUpload<T>()
    this.#uploads.set(key, shared)
    shared.waiters.add(deadline)
    const leave = shared.progress.follow(({ sent, total }) => progress.advance(sent, total))
    const start = (signal: AbortSignal): Promise<T> =>
      work({
        signal,
        progress: shared.progress,
        get deadlineAt() {
          return shared.deadlineAt
        },
        restart: (ms, size) => {
          for (const waiter of shared.waiters) waiter.begin(ms, size)
        },
      })
    try {
      return await shared.single.run(start, deadline.signal)
    } finally {
      leave()
      shared.waiters.delete(deadline)
      if (shared.waiters.size === 0 && this.#uploads.get(key) === shared) this.#uploads.delete(key)
    }
  }
}

/** How long an upload can be resumed, in ms; presigned addresses expire. */
const LIFE = 600_000
/** Largest number of kept uploads. */
const MOST = 100

/** Whether an upload can be resumed after this error. */
const isResumable = (error: unknown): boolean => {
  if (MediaError.is(error)) return false
  return !RestError.is(error) || (error.situation !== 'refused' && error.situation !== 'quota')
}

/**
 * Interrupted uploads in parts, which the next upload of the same content resumes. Kept in memory only, because the
 * addresses of the parts are secrets (ADR 0012).
 */
export class ResumableUploads {
  readonly #uploads: BoundedMap<MultipartUpload>

  constructor(clock: Clock) {
    this.#uploads = new BoundedMap({ limit: MOST, maxAge: LIFE, now: () => clock.now() })
  }

  /** Keeps an upload under the key of its content. */
  keep(key: string, upload: MultipartUpload): void {
    this.#uploads.set(key, upload)
  }

  /** Returns and removes an upload. */
  take(key: string): MultipartUpload | null {
    const upload = this.#uploads.peek(key)
    this.#uploads.delete(key)
    return upload ?? null
  }
}

/** The name, for types that display it (§5.5). */
const named = (type: MediaType, name: string): { readonly file_name?: string } =>
  type === 'file' ? { file_name: name } : {}

/** Lets the platform download an address (§5.5). */
const uploadUrl = (
  calls: UploadCalls,
  { url, type, name }: { readonly url: URL; readonly type: MediaType; readonly name: string },
): Promise<UploadOutcome> =>
  calls.files({ file_type: fileTypes[type], url: url.href, ...named(type, name) }, platformAttempt)

/** Uploads a small file in one call, as base64. CONFLICT §5.5: not in the docs, used by every client. */
const uploadBytes = async (
  calls: UploadCalls,
  { content, type, name }: { readonly content: Content; readonly type: MediaType; readonly name: string },
): Promise<UploadOutcome> => {
  const bytes = await content.read(0, content.size)
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return calls.wholeFile(
    { file_type: fileTypes[type], file_data: data, ...named(type, name) },
    attemptTime(data.length),
  )
}

/** What a {@link Transfer} works with. */
export interface TransferDeps {
  readonly client: Client
  readonly storage: ObjectStorage
  readonly clock: Clock
  /** `null`: no cache. */
  readonly cache: GuardedCache | null
  /** Largest file in bytes that is uploaded in one call. */
  readonly chunkAbove: number
  /** Parts of one file at once. */
  readonly concurrency: number
  /** Time for sending in ms, in addition to the time for the size. */
  readonly timeout: number
  readonly log: LogSink
}

/** Fields of an upload that addresses and content share. */
export interface TransferJob {
  readonly place: MediaIdentity & { readonly scene: MediaScene }
  readonly deadline: UploadDeadline
  readonly progress: ProgressTracker
  /** Ignore the cache. */
  readonly fresh: boolean
}

/** An uploaded file. */
export interface Uploaded {
  readonly facts: MediaFacts
  readonly cached: boolean
  readonly steps: readonly RestStep[]
}

/** Content that is being uploaded. */
interface PendingFile {
  readonly calls: UploadCalls
  readonly place: TransferJob['place']
  readonly content: Content
  readonly digest: Digest
  readonly options: SharedUploadRun
}

const NO_STEPS: readonly RestStep[] = Object.freeze([])

/** Uploads files to the platform, equal ones once. */
export class Transfer {
  readonly #deps: TransferDeps
  readonly #sharedUploads = new SharedUploads<Uploaded>()
  readonly #resumableUploads: ResumableUploads

  constructor(deps: TransferDeps) {
    this.#deps = deps
    this.#resumableUploads = new ResumableUploads(deps.clock)
  }

  /**
   * Lets the platform download an address. Only an `immutable` address is cached; concurrent calls share one upload.
   */
  url(job: TransferJob, url: URL, immutable: boolean): Promise<Uploaded> {
    const key = urlKey(job.place, url)
    return this.#sharedUploads.run(key, job.deadline, job.progress, (options) =>
      this.#unlessKnown(immutable ? key : null, job.fresh, options, () =>
        uploadUrl(this.#callsFor(job.place, options), { url, ...job.place }),
      ),
    )
  }

  /** Uploads content, and closes it in any case. */
  async content(job: TransferJob, content: Content): Promise<Uploaded> {
    const { place, deadline, progress, fresh } = job
    let shared = false
    const close = (): Promise<void> => content.close().catch(() => {})
    try {
      const digest = await digestOf(content, deadline.signal)
      const key = contentKey(place, digest, content.size)
      return await this.#sharedUploads.run(key, deadline, progress, async (options) => {
        // Other callers may wait for it when this one has left.
        shared = true
        try {
          const send = () => this.#send(key, place, content, digest, options)
          return await this.#unlessKnown(key, fresh, options, send)
        } finally {
          await close()
        }
      })
    } finally {
      if (!shared) await close()
    }
  }

  async #unlessKnown(
    key: string | null,
    fresh: boolean,
    { signal }: SharedUploadRun,
    send: () => Promise<UploadOutcome>,
  ): Promise<Uploaded> {
    const { cache, clock } = this.#deps
    const known = key === null || fresh ? null : await cache?.find(key, signal)
    if (known) return { facts: known, cached: true, steps: NO_STEPS }
    const asked = clock.wall()
    const { body, steps } = await send()
    const facts = readMedia(body, asked)
    if (key !== null) cache?.remember(key, facts)
    return { facts, cached: false, steps }
  }

  #callsFor({ scene, id }: TransferJob['place'], options: SharedUploadRun): UploadCalls {
    return new UploadCalls(this.#deps.client, scene, id, options)
  }

  /** Uploads a small file in one call, and in parts if that is refused (§5.5); each once. */
  async #send(
    key: string,
    place: TransferJob['place'],
    content: Content,
    digest: Digest,
    options: SharedUploadRun,
  ): Promise<UploadOutcome> {
    const { chunkAbove, timeout, log } = this.#deps
    const file: PendingFile = { calls: this.#callsFor(place, options), place, content, digest, options }
    options.progress.advance(0, content.size)
    if (content.size > chunkAbove) return this.#resumeInParts(key, file)
    try {
      return await uploadBytes(file.calls, { content, ...place })
    } catch (error) {
      if (!RestError.is(error) || !partsMayHelp(error)) throw error
      options.restart(timeout + partRetryCapMs, content.size)
      return uploadAnotherWay('media_parts', error, log, () => this.#resumeInParts(key, file))
    }
  }

  /** Uploads in parts, resuming an earlier upload of the same content. */
  async #resumeInParts(key: string, file: PendingFile): Promise<UploadOutcome> {
    const begun = this.#resumableUploads.take(key)
    try {
      return await this.#inParts(key, begun, file)
    } catch (error) {
      // The earlier upload may have expired.
      if (!begun || isResumable(error) || file.options.signal.aborted) throw error
      return this.#inParts(key, null, file)
    }
  }

  async #inParts(key: string, begun: MultipartUpload | null, file: PendingFile): Promise<UploadOutcome> {
    const { clock, storage, concurrency } = this.#deps
    const { place, ...rest } = file
    let current: MultipartUpload | null = null
    const onBegin = (upload: MultipartUpload): void => {
      current = upload
    }
    const { type, name } = place
    const { progress } = file.options
    try {
      return await uploadInParts({
        ...rest,
        clock,
        storage,
        type,
        name,
        concurrency,
        progress,
        begun,
        onBegin,
      })
    } catch (error) {
      if (current && isResumable(error)) this.#resumableUploads.keep(key, current)
      throw error
    }
  }
}
