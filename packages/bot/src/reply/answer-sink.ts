import { onAbort } from '@qqkit/core/internal'
import { type MessageStream, RestError, StreamError, type StreamResult } from '@qqkit/rest'
import { isBlank, type TextSink } from '@qqkit/rest/text'

import type { ReplyResult } from './parked-reply.js'
import type { OutgoingMessage } from './platform-client.js'
import type { Sent } from './sent.js'

/** What an {@link AnswerSink} works with. */
export interface AnswerSinkDeps {
  readonly mode: 'append' | 'replace'
  readonly markdown: boolean
  /** The growing message; `null` without streaming. */
  readonly live: MessageStream | null
  /** Sends the whole text as one message. */
  readonly reply: (message: OutgoingMessage) => Promise<Sent<ReplyResult>>
  readonly signal: AbortSignal
}

const EMPTY = { kind: 'empty', delivered: '', uncertain: '', messages: [], steps: [] } as const

/** Whether the platform refused to stream before any text was shown, so that one message can be sent instead. */
const isRefusal = (error: unknown): boolean =>
  StreamError.is(error) &&
  error.delivered + error.uncertain === '' &&
  RestError.is(error.cause) &&
  error.cause.code !== 'closed'

/** Receives the text of an answer: for a growing message, or in memory for one that is sent at the end. */
export class AnswerSink implements TextSink<StreamResult | Sent<ReplyResult>> {
  readonly #deps: AnswerSinkDeps
  readonly #stopped = new AbortController()
  #live: MessageStream | null
  #text = ''
  #end: Promise<StreamResult | Sent<ReplyResult>> | null = null
  /** Removes the listener of the signal. */
  readonly #unlisten: () => void

  constructor(deps: AnswerSinkDeps) {
    this.#deps = deps
    this.#live = deps.live
    const { signal } = deps
    const stop = (): void => this.#stopped.abort(signal.reason)
    if (signal.aborted) stop()
    this.#unlisten = onAbort(signal, stop)
    deps.live?.stopped.addEventListener('abort', () => void this.#onStopped(), { once: true })
  }

  get stopped(): AbortSignal {
    return this.#stopped.signal
  }

  write(text: string): void {
    this.#deps.signal.throwIfAborted()
    const { mode } = this.#deps
    try {
      this.#live?.write(text)
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.#live = null
    }
    this.#text = mode === 'append' ? this.#text + text : text
  }

  end(): Promise<StreamResult | Sent<ReplyResult>> {
    return (this.#end ??= this.#finish().finally(this.#unlisten))
  }

  /** A stream that was refused at its start does not stop the source: the text is sent as one message. */
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
    this.#deps.signal.throwIfAborted()
    const text = this.#text
    if (isBlank(text)) return { ...EMPTY, undelivered: text }
    return this.#deps.reply(this.#deps.markdown ? { markdown: { content: text } } : text)
  }
}

/** A text whose answer is known before its source is read: the source is closed. */
export class DoneSink<R> implements TextSink<R> {
  readonly stopped: AbortSignal = AbortSignal.abort()
  readonly #end: () => Promise<R>

  constructor(end: () => Promise<R>) {
    this.#end = end
  }

  write(): void {}

  end(): Promise<R> {
    return this.#end()
  }
}
