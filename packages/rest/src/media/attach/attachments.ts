import type { Clock } from '@qqkit/core'

import type { RestError } from '../../errors/rest-error.js'
import type { OutgoingMessage } from '../../message/outgoing-message.js'
import type { RestStep } from '../../pipeline/step.js'
import type { Target } from '../../send/scenes.js'
import { chooseType, takenType } from '../detect/choose-type.js'
import { detectFormat } from '../detect/detect-format.js'
import type { MediaScene } from '../kinds.js'
import { headOf, type Content } from '../source/content.js'
import { fileName } from '../source/file-name.js'
import { readSource } from '../source/read-source.js'
import { formatRefused } from '../upload/may-help.js'
import { Progress } from '../upload/progress.js'
import { UploadTerms } from '../upload/terms.js'
import type { Uploader } from '../upload/uploader.js'
import type { OutgoingFile } from './outgoing-file.js'

/** What {@link Attachments} work with. */
export interface AttachmentParts {
  readonly uploader: Uploader
  readonly clock: Clock
  /** Aborts with the client. */
  readonly closing: AbortSignal
}

/** How one send is bounded. */
export interface AttachmentTerms {
  readonly signal: AbortSignal | undefined
  /** `undefined`: as long as the file needs. */
  readonly timeout?: number | undefined
}

/** An image that goes along with a message to a guild, as a form (§5.10). */
export interface Picture {
  readonly content: Content
  readonly name: string
  readonly mime: string
}

/** A message whose file is where it has to be. */
export interface Attached {
  readonly message: OutgoingMessage
  readonly picture: Picture | null
  /** Retries of the upload. */
  readonly steps: readonly RestStep[]
}

/** What became of a file. */
interface Made extends Omit<Attached, 'message'> {
  readonly file: OutgoingFile
  readonly fields: Pick<OutgoingMessage, 'media' | 'image'>
  readonly cached: boolean
}

/** "file_info invalid": the platform has forgotten what we remember (§2.8). */
const FORGOTTEN = 304080
const NO_STEPS: readonly RestStep[] = Object.freeze([])

/** The file of one message: made ready once, whatever becomes of the message, and let go of when it is over. */
export class Attachments {
  readonly #parts: AttachmentParts
  readonly #target: Target
  readonly #terms: AttachmentTerms
  #made: Made | null = null
  #fresh = false
  #formatRefused = false

  constructor(parts: AttachmentParts, target: Target, terms: AttachmentTerms) {
    this.#parts = parts
    this.#target = target
    this.#terms = terms
  }

  /** Whether there is anything to let go of. */
  get busy(): boolean {
    return this.#made !== null
  }

  /**
   * Puts the file of a message where it has to be.
   *
   * @throws RestError, MediaError; `signal.reason` on abort
   */
  async attach(message: OutgoingMessage): Promise<Attached> {
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

  /** After a refusal: what it says of a file's address holds for the bytes that are tried instead. */
  note(refusal: RestError): void {
    if (formatRefused(refusal)) this.#formatRefused = true
  }

  /** After a refusal: whether a file that was only remembered is to be uploaded anew. Once. */
  renew({ errCode }: RestError): boolean {
    if (errCode !== FORGOTTEN || !this.#made?.cached || this.#fresh) return false
    this.#fresh = true
    this.#made = null
    return true
  }

  /** Lets go of everything. */
  async close(): Promise<void> {
    await this.#made?.picture?.content.close().catch(() => {})
  }

  async #make(file: OutgoingFile): Promise<Made> {
    await this.close()
    const { clock, closing } = this.#parts
    const { signal, timeout } = this.#terms
    const terms = new UploadTerms({ clock, closing, signal, timeout })
    try {
      const { scene } = this.#target
      this.#made =
        scene === 'c2c' || scene === 'group'
          ? await this.#upload(file, scene, terms)
          : await this.#open(file, terms.signal)
      return this.#made
    } finally {
      terms.end()
    }
  }

  async #upload(file: OutgoingFile, scene: MediaScene, terms: UploadTerms): Promise<Made> {
    const { facts, cached, steps } = await this.#parts.uploader.upload({
      scene,
      id: this.#target.id,
      source: readSource(file.source),
      type: file.type,
      fresh: this.#fresh,
      asked: this.#formatRefused ? file.type : null,
      terms,
      progress: new Progress(),
    })
    return { file, fields: { media: { file_info: facts.fileInfo } }, picture: null, cached, steps }
  }

  /** Guild scenes download an address themselves, and take bytes with the message (§5.10). */
  async #open(file: OutgoingFile, signal: AbortSignal): Promise<Made> {
    const source = readSource(file.source)
    const made = { file, picture: null, cached: false, steps: NO_STEPS }
    if (source.kind === 'url' && !source.download) {
      this.#parts.uploader.checkAddress(source.url)
      return { ...made, fields: { image: source.url.href } }
    }
    const content = await this.#parts.uploader.open(source, signal)
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
