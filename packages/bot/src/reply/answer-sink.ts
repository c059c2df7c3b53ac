import { onAbort } from '@qqkit/core/internal'
import { type MessageStream, RestError, StreamError, type StreamResult } from '@qqkit/rest'
import { isBlank, type TextSink } from '@qqkit/rest/text'

import type { ReplyResult } from './parked-reply.js'
import type { OutgoingMessage } from './platform-client.js'
import type { Sent } from './sent.js'

/** How an answer goes out that may grow. */
export interface AnswerSinkDeps {
  readonly mode: 'append' | 'replace'
  readonly markdown: boolean
  /** The message that grows; `null` where there is no streaming. */
  readonly live: MessageStream | null
  /** Sends all of it as one message. */
  readonly reply: (message: OutgoingMessage) => Promise<Sent<ReplyResult>>
  readonly signal: AbortSignal
}

const EMPTY = { kind: 'empty', delivered: '', uncertain: '', messages: [], steps: [] } as const

/** Whether the platform has refused to stream before anything was shown, so that one message may still do. */
const isRefusal = (error: unknown): boolean =>
  StreamError.is(error) &&
  error.delivered + error.uncertain === '' &&
  RestError.is(error.cause) &&
  error.cause.code !== 'closed'

/** Takes an answer as it comes: into a message that grows, or in memory for one that is sent at the end. */
export class AnswerSink implements TextSink<StreamResult | Sent<ReplyResult>> {
  readonly #parts: AnswerSinkDeps
  readonly #stopped = new AbortController()
  #live: MessageStream | null
  #text = ''
  #end: Promise<StreamResult | Sent<ReplyResult>> | null = null
  /** Waits for the signal no more. */
  readonly #leave: () => void

  constructor(parts: AnswerSinkDeps) {
    this.#parts = parts
    this.#live = parts.live
    const { signal } = parts
    const stop = (): void => this.#stopped.abort(signal.reason)
    if (signal.aborted) stop()
    this.#leave = onAbort(signal, stop)
    parts.live?.stopped.addEventListener('abort', () => void this.#onStopped(), { once: true })
  }

  get stopped(): AbortSignal {
    return this.#stopped.signal
  }

  write(text: string): void {
    this.#parts.signal.throwIfAborted()
    const { mode } = this.#parts
    try {
      this.#live?.write(text)
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.#live = null
    }
    this.#text = mode === 'append' ? this.#text + text : text
  }

  end(): Promise<StreamResult | Sent<ReplyResult>> {
    return (this.#end ??= this.#finish().finally(this.#leave))
  }

  /** A stream that was refused at once is no reason to stop its source. */
  async #onStopped(): Promise<void> {
    try {
      await this.#live?.end()
    } catch (error) {
      if (isRefusal(error)) return
    }
    this.#stopped.abort()
  }

  async #finish(): Promise<StreamResult | Sent<ReplyResult>> {
    try {
      if (this.#live) return await this.#live.end()
    } catch (error) {
      if (!isRefusal(error)) throw error
    }
    this.#parts.signal.throwIfAborted()
    const text = this.#text
    if (isBlank(text)) return { ...EMPTY, undelivered: text }
    return this.#parts.reply(this.#parts.markdown ? { markdown: { content: text } } : text)
  }
}
