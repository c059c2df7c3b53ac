import type { Clock, LogSink } from '@qqkit/core'
import { partRetryCapMs } from '@qqkit/protocol'

import { RestError } from '../../errors/rest-error.js'
import type { Caller } from '../../pipeline/caller.js'
import type { RestStep } from '../../pipeline/step.js'
import type { GuardedCache } from '../cache/guarded-cache.js'
import { contentKey, urlKey, type MediaPlace } from '../cache/media-key.js'
import { digestOf, type Digest } from '../digest.js'
import type { MediaScene } from '../kinds.js'
import { readMedia, type MediaFacts } from '../media.js'
import type { Content } from '../source/content.js'
import { goAnotherWay } from './another-way.js'
import { Flights, type FlightTerms } from './flights.js'
import { canGoOn, Interrupted } from './interrupted.js'
import { partsMayHelp } from './may-help.js'
import type { Progress } from './progress.js'
import type { Storage } from './storage.js'
import type { UploadTerms } from './terms.js'
import { UploadCalls } from './upload-calls.js'
import { uploadInParts, type PartedUpload, type UploadOutcome } from './upload-in-parts.js'
import { uploadBytes, uploadUrl } from './upload-whole.js'

/** What a {@link Transfer} works with. */
export interface TransferParts {
  readonly caller: Caller
  readonly storage: Storage
  readonly clock: Clock
  /** `null`: nothing is remembered. */
  readonly cache: GuardedCache | null
  /** Bytes up to which a file goes in one call. */
  readonly chunkAbove: number
  /** Parts of one file at once. */
  readonly concurrency: number
  /** ms that sending takes besides what the size needs. */
  readonly timeout: number
  readonly log: LogSink
}

/** One upload, as far as it is the same for an address and for content. */
export interface TransferJob {
  readonly place: MediaPlace & { readonly scene: MediaScene }
  readonly terms: UploadTerms
  readonly progress: Progress
  /** Do not look whether it was uploaded before. */
  readonly fresh: boolean
}

/** An uploaded file. */
export interface Uploaded {
  readonly facts: MediaFacts
  readonly cached: boolean
  readonly steps: readonly RestStep[]
}

/** Content that is being sent. */
interface FileOnItsWay {
  readonly calls: UploadCalls
  readonly place: TransferJob['place']
  readonly content: Content
  readonly digest: Digest
  readonly terms: FlightTerms
}

const NO_STEPS: readonly RestStep[] = Object.freeze([])

/** Brings files to the platform, each equal one once. */
export class Transfer {
  readonly #parts: TransferParts
  readonly #flights = new Flights<Uploaded>()
  readonly #interrupted: Interrupted

  constructor(parts: TransferParts) {
    this.#parts = parts
    this.#interrupted = new Interrupted(parts.clock)
  }

  /**
   * Lets the platform download an address. What stands behind it may change, so only one that is said not to is remembered;
   * calls at the same time share one upload.
   */
  url(job: TransferJob, url: URL, immutable: boolean): Promise<Uploaded> {
    const key = urlKey(job.place, url)
    return this.#flights.run(key, job.terms, job.progress, (terms) =>
      this.#unlessKnown(immutable ? key : null, job.fresh, terms, () =>
        uploadUrl(this.#callsFor(job.place, terms), { url, ...job.place }),
      ),
    )
  }

  /** Uploads content, and closes it whatever happens. */
  async content(job: TransferJob, content: Content): Promise<Uploaded> {
    const { place, terms, progress, fresh } = job
    let shared = false
    const close = (): Promise<void> => content.close().catch(() => {})
    try {
      const digest = await digestOf(content, terms.signal)
      const key = contentKey(place, digest, content.size)
      return await this.#flights.run(key, terms, progress, async (flight) => {
        // Others may be waiting for it when this caller has left.
        shared = true
        try {
          const send = () => this.#send(key, place, content, digest, flight)
          return await this.#unlessKnown(key, fresh, flight, send)
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
    { signal }: FlightTerms,
    send: () => Promise<UploadOutcome>,
  ): Promise<Uploaded> {
    const { cache, clock } = this.#parts
    const known = key === null || fresh ? null : await cache?.find(key, signal)
    if (known) return { facts: known, cached: true, steps: NO_STEPS }
    const asked = clock.wall()
    const { body, steps } = await send()
    const facts = readMedia(body, asked)
    if (key !== null) cache?.remember(key, facts)
    return { facts, cached: false, steps }
  }

  #callsFor({ scene, id }: TransferJob['place'], terms: FlightTerms): UploadCalls {
    return new UploadCalls(this.#parts.caller, scene, id, terms)
  }

  /** In one call where it is small, and in parts where that was refused (§5.5): each way once. */
  async #send(
    key: string,
    place: TransferJob['place'],
    content: Content,
    digest: Digest,
    terms: FlightTerms,
  ): Promise<UploadOutcome> {
    const { chunkAbove, timeout, log } = this.#parts
    const file: FileOnItsWay = { calls: this.#callsFor(place, terms), place, content, digest, terms }
    terms.progress.advance(0, content.size)
    if (content.size > chunkAbove) return this.#goOnInParts(key, file)
    try {
      return await uploadBytes(file.calls, { content, ...place })
    } catch (error) {
      if (!RestError.is(error) || !partsMayHelp(error)) throw error
      terms.beginAnew(timeout + partRetryCapMs, content.size)
      return goAnotherWay('media_parts', error, log, () => this.#goOnInParts(key, file))
    }
  }

  /** In parts, where an earlier upload of the same content has stopped. */
  async #goOnInParts(key: string, file: FileOnItsWay): Promise<UploadOutcome> {
    const begun = this.#interrupted.take(key)
    try {
      return await this.#inParts(key, begun, file)
    } catch (error) {
      // What was begun may be too old for the platform by now.
      if (!begun || canGoOn(error) || file.terms.signal.aborted) throw error
      return this.#inParts(key, null, file)
    }
  }

  async #inParts(key: string, begun: PartedUpload | null, file: FileOnItsWay): Promise<UploadOutcome> {
    const { clock, storage, concurrency } = this.#parts
    const { place, ...rest } = file
    let current: PartedUpload | null = null
    const onBegin = (upload: PartedUpload): void => {
      current = upload
    }
    const { type, name } = place
    const { progress } = file.terms
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
      if (current && canGoOn(error)) this.#interrupted.keep(key, current)
      throw error
    }
  }
}
