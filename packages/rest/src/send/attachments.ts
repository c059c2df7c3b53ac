import { randomUUID } from 'node:crypto'

import type { Clock } from '@qqkit/core'

import type { RestError } from '../errors/rest-error.js'
import { StreamBody } from '../http/body.js'
import { jsonText } from '../http/json.js'
import { type Content, headOf, piecesOf } from '../media/content.js'
import { chooseType, detectFormat, takenType } from '../media/detect.js'
import { fileName } from '../media/file-name.js'
import type { MediaScene, MessageFile } from '../media/media.js'
import { readSource } from '../media/source.js'
import { ProgressTracker } from '../media/upload/progress.js'
import { formatRefused } from '../media/upload/refusals.js'
import { UploadDeadline } from '../media/upload/upload-deadline.js'
import type { Uploader } from '../media/upload/uploader.js'
import type { WireMessage } from '../message/wire-message.js'
import { wholeText } from '../text/characters.js'
import type { RestStep } from '../types/call.js'
import type { Target } from '../types/target.js'

/** Dependencies of {@link Attachments}. */
export interface AttachmentDeps {
  readonly uploader: Uploader
  readonly clock: Clock
  /** Aborts when the client closes. */
  readonly closing: AbortSignal
}

/** Bounds of one send. */
export interface AttachmentInit {
  readonly signal: AbortSignal | undefined
  /** In ms; `undefined`: as long as the file needs. */
  readonly timeout?: number | undefined
}

/** An image that is sent with a guild message, as a form (§5.10). */
export interface AttachedImage {
  readonly content: Content
  readonly name: string
  readonly mime: string
}

/** A message whose file was uploaded or is attached. */
export interface Attached {
  readonly message: WireMessage
  readonly picture: AttachedImage | null
  /** Retries of the upload. */
  readonly steps: readonly RestStep[]
}

/** A file that was uploaded or opened. */
interface PreparedFile extends Omit<Attached, 'message'> {
  readonly file: MessageFile
  readonly fields: Pick<WireMessage, 'media' | 'image'>
  readonly cached: boolean
}

/** "file_info invalid": the platform no longer knows a cached file (§2.8). */
const FORGOTTEN = 304080
const NO_STEPS: readonly RestStep[] = Object.freeze([])

/** The file of one message: prepared once for all its attempts, and closed at the end. */
export class Attachments {
  readonly #deps: AttachmentDeps
  readonly #target: Target
  readonly #init: AttachmentInit
  #made: PreparedFile | null = null
  #fresh = false
  #formatRefused = false

  constructor(deps: AttachmentDeps, target: Target, deadline: AttachmentInit) {
    this.#deps = deps
    this.#target = target
    this.#init = deadline
  }

  /** Whether there is anything to close. */
  get busy(): boolean {
    return this.#made !== null
  }

  /**
   * Uploads or opens the file of a message.
   *
   * @throws RestError, MediaError; `signal.reason` on abort
   */
  async attach(message: WireMessage): Promise<Attached> {
    const { file, ...rest } = message
    if (!file) return { message, picture: null, steps: NO_STEPS }
    const again = this.#made?.file === file
    const made = again && this.#made ? this.#made : await this.#make(file)
    return {
      message: { ...rest, ...made.fields },
      picture: made.picture,
      steps: again ? NO_STEPS : made.steps,
    }
  }

  /** Remembers a refusal of the address's format: it also applies to the bytes that are tried instead. */
  rememberRefusal(refusal: RestError): void {
    if (formatRefused(refusal)) this.#formatRefused = true
  }

  /** Whether a file from the cache has to be uploaded again after this refusal. Once. */
  renew({ errCode }: RestError): boolean {
    if (errCode !== FORGOTTEN || !this.#made?.cached || this.#fresh) return false
    this.#fresh = true
    this.#made = null
    return true
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#made?.picture?.content.close().catch(() => {})
  }

  async #make(file: MessageFile): Promise<PreparedFile> {
    await this.close()
    const { clock, closing } = this.#deps
    const { signal, timeout } = this.#init
    const deadline = new UploadDeadline({ clock, closing, signal, timeout })
    try {
      const { scene } = this.#target
      this.#made =
        scene === 'c2c' || scene === 'group'
          ? await this.#upload(file, scene, deadline)
          : await this.#open(file, deadline.signal)
      return this.#made
    } finally {
      deadline.end()
    }
  }

  async #upload(file: MessageFile, scene: MediaScene, deadline: UploadDeadline): Promise<PreparedFile> {
    const { facts, cached, steps } = await this.#deps.uploader.upload({
      scene,
      id: this.#target.id,
      source: readSource(file.source),
      type: file.type,
      fresh: this.#fresh,
      asked: this.#formatRefused ? file.type : null,
      deadline,
      progress: new ProgressTracker(),
    })
    return { file, fields: { media: { file_info: facts.fileInfo } }, picture: null, cached, steps }
  }

  /** In guild scenes the platform downloads an address, and takes bytes with the message (§5.10). */
  async #open(file: MessageFile, signal: AbortSignal): Promise<PreparedFile> {
    const source = readSource(file.source)
    const made = { file, picture: null, cached: false, steps: NO_STEPS }
    if (source.kind === 'url' && !source.download) {
      this.#deps.uploader.checkAddress(source.url)
      return { ...made, fields: { image: source.url.href } }
    }
    const content = await this.#deps.uploader.open(source, signal)
    try {
      const format = detectFormat(await headOf(content))
      if (this.#formatRefused) takenType(file.type, file.type, format)
      else chooseType(file.type, format)
      const name = fileName(content.name, file.type, format)
      return {
        ...made,
        fields: {},
        picture: { content, name, mime: format?.mime ?? 'application/octet-stream' },
      }
    } catch (error) {
      await content.close()
      throw error
    }
  }
}

const LINE = '\r\n'

/** In a form, objects and arrays are JSON strings (§2.2). */
const fieldText = (value: unknown): string =>
  typeof value === 'string' ? wholeText(value) : (jsonText(value) ?? '')

/** The body of a guild message with an image: a form whose file is read while it is sent (§5.10). */
export const formBody = (fields: object, { content, name, mime }: AttachedImage): StreamBody => {
  const boundary = `qqkit-${randomUUID()}`
  const part = (disposition: string, type: string, value: string): string =>
    `--${boundary}${LINE}Content-Disposition: form-data; ${disposition}${LINE}${type}${LINE}${value}`
  const texts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => part(`name="${key}"`, '', `${fieldText(value)}${LINE}`))
  const file = part(`name="file_image"; filename="${name}"`, `Content-Type: ${mime}${LINE}`, '')
  const head = Buffer.from(texts.join('') + file)
  const tail = Buffer.from(`${LINE}--${boundary}--${LINE}`)
  const length = head.byteLength + content.size + tail.byteLength
  return new StreamBody(`multipart/form-data; boundary=${boundary}`, length, async function* () {
    yield head
    yield* piecesOf(content)
    yield tail
  })
}
