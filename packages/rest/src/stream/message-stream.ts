import { abortable, onAbort } from '@qqkit/core/internal'
import { streamLife, streamSpacing } from '@qqkit/protocol'

import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { markupAsText } from '../message/render-markup.js'
import { withMentionForm } from '../text/inline.js'
import { openTagAt } from '../text/open-tag.js'
import { type StreamDeps, StreamDriver } from './driver.js'
import { checkStream, type MaxLength, type StreamOptions, type StreamTarget } from './options.js'
import { StreamError, type StreamResult } from './result.js'
import {
  fixedUpTo,
  type Outcome,
  repliesOf,
  type Capacity,
  type StreamRules,
  type StreamState,
  wantsText,
} from './state.js'
import { abort, append, end, replace } from './transition.js'

type ResultFields = Omit<StreamResult, 'kind'>

/** Options of a {@link MessageStream}. */
export interface MessageStreamInit {
  readonly mode: 'append' | 'replace'
  /** Converts written text for the wire: markup that only markdown renders, and the form of mentions. */
  readonly onWire: (text: string) => string
  readonly signal: AbortSignal | undefined
}

const resultFields = (
  { text, deliveredEnd, uncertainEnd, done }: StreamState,
  steps: ResultFields['steps'],
): ResultFields => ({
  delivered: text.slice(0, deliveredEnd),
  uncertain: text.slice(deliveredEnd, uncertainEnd),
  undelivered: text.slice(Math.max(deliveredEnd, uncertainEnd)),
  messages: done,
  steps,
})

const misuse = (hint: string, received?: unknown): InvalidRequestError =>
  new InvalidRequestError({ path: 'text', hint, ...(received !== undefined && { received }) })

/**
 * A message that grows while text is written. The text is sent in chunks, at most one per `throttle` ms; `end()` waits
 * for the last one. A stream that is not ended looks unfinished, so declare it with `await using`, which ends it in any
 * case.
 *
 * @example
 * await using stream = rest.openStream({ scene: 'c2c', id }, { anchor: { msgId } })
 * for await (const word of words) stream.write(word)
 * const result = await stream.end()
 */
export class MessageStream implements AsyncDisposable {
  readonly #driver: StreamDriver
  readonly #mode: 'append' | 'replace'
  readonly #onWire: MessageStreamInit['onWire']
  readonly #signal: AbortSignal | undefined
  readonly #result: Promise<StreamResult>
  /** The beginning of an incomplete mention or tag, which is not sent yet. */
  #open = ''

  /** @internal */
  constructor(driver: StreamDriver, { mode, onWire, signal }: MessageStreamInit) {
    this.#driver = driver
    this.#mode = mode
    this.#onWire = onWire
    this.#signal = signal
    const release = signal ? onAbort(signal, () => driver.change((state) => abort(state))) : () => {}
    this.#result = driver.over.then((outcome) => {
      release()
      return this.#read(outcome)
    })
    // Avoids an unhandled rejection; `end()` throws the error, and it is in the log.
    this.#result.catch(() => {})
  }

  /** The text that is known to be delivered. */
  get delivered(): string {
    const { text, deliveredEnd } = this.#driver.state
    return text.slice(0, deliveredEnd)
  }

  /** The `msg_seq` of the answer; `null` for a proactive message. */
  get seq(): number | null {
    return this.#driver.seq
  }

  /**
   * Replies used so far: each message uses one, however many chunks it has
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  get replies(): number {
    return repliesOf(this.#driver.state)
  }

  /** Aborts when further text is useless: stop generating it. */
  get stopped(): AbortSignal {
    return this.#driver.stopped
  }

  /**
   * Adds text, or in `'replace'` mode takes the whole text so far. Returns at once; the text is sent at the pace of the
   * stream, and cannot be changed after that. Mentions and other markup become words in a text stream, since only
   * markdown renders them.
   *
   * @throws InvalidRequestError before any request when the text does not begin with what was sent, or the stream has
   * ended; StreamError when it has failed; `signal.reason` on abort
   */
  write(text: string): void {
    this.#signal?.throwIfAborted()
    if (typeof text !== 'string') throw misuse('write strings', text)
    const { state } = this.#driver
    if (state.ended || !wantsText(state)) {
      const error = this.#failure(state)
      if (error) throw error
      // An answer that exists already needs no more text.
      if (state.phase.kind === 'over' && state.phase.outcome.kind === 'duplicate') return
      throw misuse('the stream has ended: open another one')
    }
    const written = this.#mode === 'append' ? this.#open + text : text
    const whole = openTagAt(written)
    const shown = this.#onWire(written.slice(0, whole))
    if (this.#mode === 'append') this.#driver.change((state) => append(state, shown))
    else this.#replace(state, shown)
    this.#open = written.slice(whole)
  }

  #replace(state: StreamState, text: string): void {
    const next = replace(state, text)
    if (!next) throw misuse(`must begin with the ${fixedUpTo(state)} characters that were sent`)
    this.#driver.change(() => next)
  }

  /**
   * Sends the rest of the text and ends the message. Repeated calls share one result.
   *
   * @param text written first
   * @throws StreamError with the undelivered text; `signal.reason` on abort
   */
  async end(text?: string): Promise<StreamResult> {
    if (text !== undefined) this.write(text)
    const rest = this.#onWire(this.#open)
    this.#open = ''
    if (rest !== '' && wantsText(this.#driver.state)) this.#driver.change((state) => append(state, rest))
    this.#driver.change(end)
    return abortable(this.#result, this.#signal)
  }

  /**
   * Ends the message with the delivered text; text that was not sent is dropped.
   *
   * @throws StreamError when it had failed before
   */
  async abort(): Promise<StreamResult> {
    this.#driver.change((state) => abort(state))
    return this.#result
  }

  /** Ends the message, unless it has ended or failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#signal?.aborted) return
    if (wantsText(this.#driver.state)) await this.end()
    else await this.#driver.over
  }

  #failure({ phase }: StreamState): StreamError | null {
    const end = phase.kind === 'closing' ? phase.after : phase.kind === 'over' ? phase.outcome : null
    if (end?.kind !== 'failed' && end?.kind !== 'broken') return null
    return new StreamError({ ...resultFields(this.#driver.state, this.#driver.steps), cause: end.error })
  }

  #read(outcome: Outcome): StreamResult {
    const result = resultFields(this.#driver.state, this.#driver.steps)
    switch (outcome.kind) {
      case 'done':
        return { kind: result.messages.length === 0 ? 'empty' : 'streamed', ...result }
      case 'aborted':
      case 'duplicate':
        return { kind: outcome.kind, ...result }
      case 'failed':
      default:
        throw new StreamError({ ...result, cause: outcome.error })
    }
  }
}

/** Default length of one message in characters; no limit is documented. */
const LONGEST = 5000

const capacityOf = (length: MaxLength): Capacity =>
  typeof length === 'number' ? { unit: 'characters', most: length } : { unit: 'bytes', most: length.bytes }

/**
 * Opens a stream. Nothing is sent before text is written.
 *
 * @throws InvalidRequestError; `signal.reason` when the signal has aborted
 */
export const openStream = (deps: StreamDeps, target: StreamTarget, options: StreamOptions): MessageStream => {
  checkStream(target, options)
  const { anchor, signal, timeout, gate, mode = 'append', contentType = 'text' } = options
  signal?.throwIfAborted()
  const {
    replayed = false,
    shared = false,
    throttle = streamSpacing.defaultMs,
    maxAge = streamLife.closeAfterMs,
    maxLength = LONGEST,
  } = options
  const rules: StreamRules = {
    contentType,
    mode: anchor ? 'passive' : 'proactive',
    throttle,
    capacity: capacityOf(maxLength),
    maxAge,
  }
  const init = { userId: target.id, anchor, contentType, rules, replayed, shared, timeout, gate }
  const driver = new StreamDriver(deps, init)
  const onWire =
    contentType === 'text'
      ? (text: string): string => markupAsText(text, { scene: 'c2c' })
      : (text: string): string => withMentionForm(text, deps.mentionForm)
  return new MessageStream(driver, { mode, onWire, signal })
}
