import type { LogSink } from '@qqkit/core'
import { abortable } from '@qqkit/core/internal'
import { partRetryCapMs, uploadHardBytes, uploadLimits } from '@qqkit/protocol'

import { RestError } from '../../errors/rest-error.js'
import { checkSize, type Content, headOf, memoryContent } from '../content.js'
import { chooseType, chooseUrlType, detectFormat, takenType } from '../detect.js'
import type { Downloader } from '../download.js'
import { MediaError } from '../error.js'
import { openFile } from '../file-content.js'
import { fileName, urlName } from '../file-name.js'
import type { MediaScene, MediaType } from '../media.js'
import { checkHost, isAllowed } from '../public-address.js'
import type { ContentInput, UrlInput } from '../source.js'
import { spool } from '../spool.js'
import { uploadAnotherWay } from './fallback.js'
import type { ProgressTracker } from './progress.js'
import { bytesMayHelp, formatRefused } from './refusals.js'
import type { Transfer, Uploaded } from './transfer.js'
import { platformAttempt, type UploadDeadline } from './upload-deadline.js'

/** Options of {@link openSource}. */
export interface OpenOptions {
  /** Largest stream in bytes that is kept in memory. */
  readonly inMemory: number
  readonly signal: AbortSignal
}

const open = async (holder: ContentInput, { inMemory, signal }: OpenOptions): Promise<Content> => {
  const { name } = holder
  if (holder.kind === 'path') return openFile(holder.path, name)
  if (holder.kind === 'data') {
    checkSize('source.data', holder.data.byteLength)
    return memoryContent(holder.data, name)
  }
  const { stream, size } = holder
  return spool(stream, { name, path: 'source.stream', size, inMemory, limit: uploadHardBytes, signal })
}

/**
 * Opens the content of a source. The caller closes it.
 *
 * @throws MediaError; `signal.reason` on abort, at once
 */
const openSource = async (holder: ContentInput, options: OpenOptions): Promise<Content> => {
  options.signal.throwIfAborted()
  const opening = open(holder, options)
  try {
    return await abortable(opening, options.signal)
  } catch (error) {
    // A disk may hang: content that it opens later is closed.
    opening.then((content) => content.close()).catch(() => {})
    throw error
  }
}

/** Dependencies of {@link Uploader}. */
export interface UploaderDeps {
  readonly appId: string
  readonly transfer: Transfer
  /** `null`: only the platform downloads addresses. */
  readonly downloader: Downloader | null
  /** Hosts that may be private, in lower case. */
  readonly allowHosts: ReadonlySet<string>
  /** Largest stream in bytes that is kept in memory; longer ones are uploaded in parts. */
  readonly inMemory: number
  /** Time for sending in ms, in addition to the time for the size. */
  readonly timeout: number
  readonly log: LogSink
}

/** A file to upload. */
export interface UploadJob {
  readonly scene: MediaScene
  readonly id: string
  readonly source: UrlInput | ContentInput
  /** `undefined`: by the content. */
  readonly type: MediaType | undefined
  readonly fresh: boolean
  /** Type as which the address was refused for its format: its bytes are sent only if their format is accepted. */
  readonly asked?: MediaType | null
  readonly deadline: UploadDeadline
  readonly progress: ProgressTracker
}

/** An uploaded file with its type. */
export interface UploadedFile extends Uploaded {
  readonly type: MediaType
}

/** Turns a source into an uploaded file: opens it, detects its type, and uploads it. */
export class Uploader {
  readonly #deps: UploaderDeps

  constructor(deps: UploaderDeps) {
    this.#deps = deps
  }

  /**
   * Uploads a file: the platform downloads an address, or the content is sent.
   *
   * @throws RestError, MediaError; `signal.reason` on abort
   */
  async upload(job: UploadJob): Promise<UploadedFile> {
    const { source } = job
    if (source.kind === 'url' && !source.download) return this.#byAddress(job, source)
    return this.#byContent(job, await this.open(source, job.deadline.signal))
  }

  /**
   * Uploads a file. If an address is refused, the bot downloads it once and sends the bytes.
   *
   * @throws MediaError, RestError with the platform's refusal as `cause`
   */
  async uploadWithFallback(job: UploadJob): Promise<UploadedFile> {
    try {
      return await this.upload(job)
    } catch (refusal) {
      const { source } = job
      const { downloader, log } = this.#deps
      if (!downloader || source.kind !== 'url' || source.download) throw refusal
      if (!RestError.is(refusal) || !bytesMayHelp(refusal)) throw refusal
      const asked = formatRefused(refusal) ? chooseUrlType(job.type, source.url) : null
      return uploadAnotherWay('media_bytes', refusal, log, () =>
        this.upload({ ...job, source: { ...source, download: true }, asked }),
      )
    }
  }

  /** Opens the content of a source. The caller closes it. */
  async open(source: UrlInput | ContentInput, signal: AbortSignal): Promise<Content> {
    if (source.kind !== 'url') return openSource(source, { inMemory: this.#deps.inMemory, signal })
    const { downloader } = this.#deps
    if (downloader) return downloader.fetch(source.url, source.name ?? urlName(source.url), signal)
    throw new MediaError({
      code: 'media_source',
      path: 'source.download',
      hint: 'is switched off (media.download)',
    })
  }

  /**
   * Checks an address that the platform should download: a private one is unreachable for it, and should not be
   * revealed.
   *
   * @throws MediaError `media_private_address`
   */
  checkAddress(url: URL): void {
    if (!isAllowed(this.#deps.allowHosts, url)) checkHost(url)
  }

  async #byAddress(job: UploadJob, { url, name: given, immutable }: UrlInput): Promise<UploadedFile> {
    const { deadline, progress } = job
    this.checkAddress(url)
    const type = chooseUrlType(job.type, url)
    deadline.begin(2 * platformAttempt, 0)
    progress.advance(0, null)
    const place = this.#place(job, type, fileName(given ?? urlName(url), type, null))
    const uploaded = await this.#deps.transfer.url({ ...job, place }, url, immutable)
    progress.finish(null)
    return { ...uploaded, type }
  }

  async #byContent(job: UploadJob, content: Content): Promise<UploadedFile> {
    const { transfer, timeout, inMemory } = this.#deps
    const { deadline, progress } = job
    const { size, name: given } = content
    let type: MediaType
    let name: string
    try {
      const format = detectFormat(await headOf(content))
      type = job.asked ? takenType(job.type, job.asked, format) : chooseType(job.type, format)
      name = fileName(given, type, format)
    } catch (error) {
      await content.close()
      throw error
    }
    this.#noteSize(type, size)
    // In parts, the platform may ask to wait longer (§5.5).
    deadline.begin(size > inMemory ? timeout + partRetryCapMs : timeout, size)
    const uploaded = await transfer.content({ ...job, place: this.#place(job, type, name) }, content)
    progress.finish(size)
    return { ...uploaded, type }
  }

  #place({ scene, id }: UploadJob, type: MediaType, name: string) {
    return { appId: this.#deps.appId, scene, id, type, name }
  }

  /** The platform displays files over the soft limit as plain files (§5.5). */
  #noteSize(type: MediaType, size: number): void {
    const limit = uploadLimits[type].softBytes
    if (size <= limit) return
    const message = `a ${type} of ${size} bytes is delivered as a file: the limit is ${limit}`
    this.#deps.log({ level: 'warn', event: 'rest.media_as_file', message, type, size, limit })
  }
}
