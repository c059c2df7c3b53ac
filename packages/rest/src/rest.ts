import type { Access } from '@qqkit/core'
import { replyWindows, type Endpoint, type ResponseOf, type Scene } from '@qqkit/protocol'

import { RestAccess } from './access.js'
import { Api } from './api/api.js'
import { ApiCalls } from './api/calls/api-calls.js'
import { Interactions } from './api/interactions.js'
import { ClientMedia, fallbacksOf } from './build-media.js'
import { ClientPipeline } from './build-pipeline.js'
import { callOptions, checkCallOptions, checkGate, checkWait } from './checks/call-options.js'
import { closedError } from './errors/closed-error.js'
import { InvalidRequestError } from './errors/invalid-request-error.js'
import type { GuildChannels } from './limits/guild-channels.js'
import { QuotaWait } from './limits/quotas.js'
import type { RestMedia } from './media/upload/rest-media.js'
import type { MessageFor, WireMessage } from './message/wire-message.js'
import { resolveOptions, type RestOptions } from './options.js'
import { type CallOptions, Client } from './pipeline/client.js'
import { createRestLog } from './pipeline/log.js'
import {
  requestEndpoint,
  type EndpointOptions,
  type OtherEndpoint,
  type RequestOptions,
} from './pipeline/request.js'
import { makeDraft } from './send/draft.js'
import { recalledId, recallRoute, streamedError } from './send/recall.js'
import { type Anchor, numberRanges, ReplyNumbers, type SendKind } from './send/reply-numbers.js'
import { AuditTracker, type ObservedEvent, type SendResult } from './send/result.js'
import { isTypingNotice, Sender } from './send/sender.js'
import type { StreamDeps } from './stream/driver.js'
import { type MessageStream, openStream } from './stream/message-stream.js'
import { StreamedIds, UserTurns } from './stream/open-streams.js'
import type { StreamOptions, StreamTarget } from './stream/options.js'
import type { StreamResult } from './stream/result.js'
import { pipeText, type TextOf, type TextSource } from './text/pipe-text.js'
import type { NameOf } from './text/plain-text.js'
import type { Interceptor, SendGate } from './types/call.js'
import type { Target } from './types/target.js'

/** Options of `rest.send()`. */
export interface RestSendOptions extends CallOptions {
  /** The message or event to reply to; without one the message is proactive. */
  readonly anchor?: Anchor | undefined
  /**
   * Display names by id, used where the message cannot mention people, e.g. when markdown is refused. Default: the name
   * given to `mention`, otherwise the id.
   */
  readonly nameOf?: NameOf | undefined
  /** The kind of reply, which decides its range of `msg_seq`; default `'answer'`, for typing notices `'notice'`. */
  readonly kind?: SendKind | undefined
  /** A `msg_seq` taken before from {@link Rest.numbers}; default: the next one of its kind. */
  readonly seq?: number | undefined
  /**
   * How long the message may wait for the quota of proactive messages
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}) before its `timeout`
   * begins, in ms; `Infinity` for no limit, as in a broadcast. Default: the option of the client, 60 s.
   */
  readonly quotaTimeout?: number | undefined
  /**
   * The event may have been handled before, e.g. by a process that crashed: a reply that already exists is a success.
   */
  readonly replayed?: boolean | undefined
  /** Another process may answer the same event: a reply that already exists is a success. */
  readonly shared?: boolean | undefined
  /** Asked directly before each request: where events are shared, whether this process may still answer. */
  readonly gate?: SendGate | undefined
}

/** @throws InvalidRequestError for an unknown kind or a wrong number */
const checkNumber = (kind: SendKind, seq: number | undefined): void => {
  if (!Object.hasOwn(numberRanges, kind) || (kind as string) === 'random')
    throw new InvalidRequestError({
      path: 'kind',
      hint: "give 'answer', 'parked', 'notice', 'apology' or 'companion'",
      received: kind,
    })
  if (seq !== undefined && !(Number.isInteger(seq) && seq >= 0))
    throw new InvalidRequestError({ path: 'seq', hint: 'give a whole number from 0', received: seq })
}

/** Options of `rest.recall()`. */
export interface RestRecallOptions extends CallOptions {
  /** Guild scenes: leave no trace of the recall. Default `false`. */
  readonly hideTip?: boolean | undefined
}

type ReplyTimeout = 'window' | number | null

/** The timeout of a reply; `undefined`: that of every call. */
const replyTime = (option: ReplyTimeout, scene: Scene): number | undefined =>
  option === 'window' ? replyWindows[scene].windowMs : (option ?? undefined)

/**
 * Client of the HTTP API. Every call passes quota → deadline → retry → limiter → auth → attempt.
 *
 * @example
 * const rest = new Rest({ appId, secret })
 * await rest.send({ scene: 'group', id: groupOpenid }, 'Hello', { anchor: { msgId } })
 * await rest.close()
 */
export class Rest {
  /** Token and gateway address, for a gateway. */
  readonly access: Access
  /** The address of the API that calls go to first: that of an option, or of the variable `QQKIT_API_URL`. */
  readonly baseUrl: string
  /** Acknowledges pressed buttons. */
  readonly interactions: Interactions
  /** Numbers of replies (`msg_seq`), for taking several before the first one is sent. */
  readonly numbers: ReplyNumbers
  readonly #client: Client
  readonly #media: ClientMedia
  #api: Api | undefined
  readonly #sender: Sender
  readonly #streams: StreamDeps
  readonly #audits: AuditTracker
  readonly #guilds: GuildChannels
  readonly #quotaTimeout: number
  readonly #replyTimeout: ReplyTimeout

  /** @throws OptionsError for a wrong or unknown option */
  constructor(options: RestOptions) {
    const resolved = resolveOptions(options)
    const log = createRestLog(resolved.log)
    this.baseUrl = resolved.bases[0]!
    if (resolved.redirected)
      log.write({
        level: 'info',
        event: 'rest.redirected',
        message: `calls go to ${this.baseUrl}, since QQKIT_API_URL is set`,
      })
    const pipeline = new ClientPipeline(resolved, log)
    this.#guilds = pipeline.guilds
    this.#quotaTimeout = resolved.quotaTimeout
    this.#replyTimeout = resolved.replyTimeout
    this.#client = new Client(pipeline, resolved.timeout, log)
    this.#media = new ClientMedia(resolved, pipeline, this.#client, log.write)
    this.#audits = new AuditTracker(resolved.clock)
    this.numbers = new ReplyNumbers(resolved)
    const rules = fallbacksOf(resolved)
    const { mentionForm } = resolved
    this.#sender = new Sender({
      client: this.#client,
      numbers: this.numbers,
      rules,
      mentionForm,
      log: log.write,
      audits: this.#audits,
      attachments: this.#media,
    })
    // Without a spread, so that all clients share one shape.
    this.#streams = {
      client: this.#client,
      numbers: this.numbers,
      rules,
      mentionForm,
      log: log.write,
      sender: this.#sender,
      turns: new UserTurns(),
      ids: new StreamedIds(),
    }
    this.interactions = new Interactions(this.#client, resolved.appId)
    this.access = new RestAccess(pipeline.tokens, this.#client)
  }

  /**
   * Every call of {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5 §5} as a method,
   * by resource: `rest.api.pins.add(channelId, messageId)`. Created on first use.
   */
  get api(): Api {
    return (this.#api ??= new Api(new ApiCalls(this.#client, this.#streams.mentionForm)))
  }

  /**
   * Uploads of files ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
   */
  get media(): RestMedia {
    return this.#media.media
  }

  /**
   * Adds an interceptor around the whole call with its retries (default), or around each attempt. The first one added
   * is outermost. An interceptor never sees the token.
   *
   * @example
   * rest.use(async (call, next) => {
   *   const started = performance.now()
   *   try {
   *     return await next(call)
   *   } finally {
   *     console.log(call.route, performance.now() - started)
   *   }
   * })
   * @throws InvalidRequestError for a wrong interceptor or option
   */
  use(interceptor: Interceptor, options: { readonly around?: 'call' | 'attempt' } = {}): this {
    this.#client.use(interceptor, options)
    return this
  }

  /**
   * Sends a message. A reply is numbered, repeated safely and, if its anchor is dead, sent without it. A file is
   * uploaded first; without a `timeout` the upload takes as long as it needs, and the message has its own minute after
   * that.
   *
   * @example
   * const result = await rest.send({ scene: 'group', id: groupOpenid }, 'Hello', { anchor: { msgId } })
   * if (result.kind === 'sent') console.log(result.id, result.mode)
   *
   * @throws InvalidRequestError before any request; MediaError; RestError with `delivered`; `signal.reason` on abort
   */
  send<S extends Scene>(
    target: Target<S>,
    message: string | MessageFor<S>,
    options: RestSendOptions = {},
  ): Promise<SendResult> {
    try {
      return this.#send(target, message, options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Throws what `send` rejects with before any request. */
  #send(target: Target, message: string | WireMessage, options: RestSendOptions): Promise<SendResult> {
    checkCallOptions(options, callOptions.send)
    const { anchor, seq, replayed = false, shared = false, nameOf, signal, timeout, gate } = options
    const kind = options.kind ?? (isTypingNotice(message) ? 'notice' : 'answer')
    checkNumber(kind, seq)
    if (nameOf !== undefined && typeof nameOf !== 'function')
      throw new InvalidRequestError({ path: 'nameOf', hint: 'give a function', received: nameOf })
    checkGate(gate)
    const draft = makeDraft(target, message, anchor, nameOf)
    // A reply may have more time than other calls (`replyTimeout`).
    const time = timeout === undefined && draft.anchor ? replyTime(this.#replyTimeout, target.scene) : timeout
    const deadlineAt = this.#client.deadline(time)
    const quota = new QuotaWait(checkWait('quotaTimeout', options.quotaTimeout ?? this.#quotaTimeout))
    const init = { kind, seq, replayed, shared, signal, deadlineAt, timeout, time, quota, gate }
    return this.#sender.send(draft, init)
  }

  /**
   * Opens a message in a private chat that grows while text is written
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}). Nothing is sent before text
   * is written.
   *
   * @example
   * await using stream = rest.openStream({ scene: 'c2c', id }, { anchor: { msgId } })
   * stream.write('Once')
   * await stream.end(' upon a time')
   * @throws InvalidRequestError before any request; `signal.reason` when the signal has aborted
   */
  openStream(target: StreamTarget, options: StreamOptions): MessageStream {
    return openStream(this.#streams, target, options)
  }

  /**
   * Streams the text of a source into a message, and ends the message even if the source throws.
   *
   * @example
   * await rest.stream({ scene: 'c2c', id }, model, {
   *   anchor: { msgId },
   *   text: (piece) => piece.choices[0]?.delta.content,
   * })
   * @param options `text` finds the text in each piece, if the source does not yield strings
   * @throws InvalidRequestError; errors of the source; StreamError with the undelivered text; `signal.reason` on abort
   */
  stream<T>(
    target: StreamTarget,
    source: TextSource<T>,
    options: StreamOptions & { readonly text: TextOf<T> },
  ): Promise<StreamResult>
  stream(target: StreamTarget, source: TextSource, options: StreamOptions): Promise<StreamResult>
  async stream<T>(
    target: StreamTarget,
    source: TextSource<T>,
    options: StreamOptions & { readonly text?: TextOf<T> },
  ): Promise<StreamResult> {
    const { text, ...rest } = { ...options }
    return pipeText(source, this.openStream(target, rest), text)
  }

  /**
   * Recalls a message of the bot, in C2C and groups within two minutes
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}). Streamed messages cannot be
   * recalled.
   *
   * @example
   * const { id } = await rest.send(target, 'Hello')
   * if (id !== null) await rest.recall(target, id)
   * @throws InvalidRequestError, RestError; `signal.reason` on abort
   */
  async recall(target: Target, messageId: string, options: RestRecallOptions = {}): Promise<void> {
    checkCallOptions(options, callOptions.recall)
    if (this.#streams.ids.has(messageId)) throw streamedError(messageId)
    const place = recallRoute(target, messageId, options.hideTip ?? false)
    await this.#client.call(
      { method: 'DELETE', ...place, body: undefined, repeatability: 'idempotent' },
      options,
    )
  }

  /**
   * Calls any endpoint of {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5 §5} by
   * method and path and returns the body of the answer; ids go into `params`.
   *
   * @example
   * const me = await rest.request('GET /users/@me')
   * @throws InvalidRequestError, RestError; `signal.reason` on abort
   */
  request<E extends Endpoint>(endpoint: E, options?: EndpointOptions<E>): Promise<ResponseOf<E>>
  request<P extends OtherEndpoint>(
    endpoint: P extends Endpoint ? never : P,
    options?: RequestOptions,
  ): Promise<unknown>
  async request(endpoint: string, options: RequestOptions = {}): Promise<unknown> {
    const recalled = recalledId(endpoint, options.params)
    if (recalled !== null && this.#streams.ids.has(recalled)) throw streamedError(recalled)
    const { body } = await requestEndpoint(this.#client, endpoint, options)
    return body
  }

  /**
   * Takes events of any transport: audit verdicts settle `audited()`, and other events tell which guild a channel
   * belongs to.
   *
   * @example
   * gateway.on('dispatch', (event) => rest.observe(event))
   * const result = await rest.send(target, 'Hello')
   * if (result.kind === 'audit') console.log((await result.audited()).kind)
   */
  observe(event: { readonly t?: string | null; readonly d?: unknown }): void {
    this.#audits.observe(event)
    this.#guilds.observe((event as ObservedEvent | null)?.d)
  }

  /**
   * Waits for calls in flight, then cancels them, closes the connections and settles waiting audits as `pending`.
   * Repeated calls share one promise.
   *
   * @param options.timeout how long calls in flight may take to finish, in ms; default 5 s
   * @throws InvalidRequestError for a wrong timeout; nothing is closed then
   */
  close(options: { readonly timeout?: number } = {}): Promise<void> {
    return this.#client.close(options, () => {
      this.#audits.close()
      return this.#media.close(closedError('unknown'))
    })
  }
}
