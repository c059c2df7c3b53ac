import { type CloseOptions, type LogSink, QqkitError, type Source, type WireFrame } from '@qqkit/core'
import { createLog, deliveryKey, onAbort, sleep } from '@qqkit/core/internal'
import { Opcode } from '@qqkit/protocol'

import { answerChallenge, authenticate, credentialsOf, type AuthenticateOptions } from './authenticate.js'
import { Click, needsCode } from './click.js'
import { type ResolvedWebhookOptions, resolveOptions, type WebhookOptions } from './options.js'
import { frameOf, parseBody, readBody } from './read-body.js'
import { jsonResponse, type Refusal, RefusalLog, refusalResponse, refuseWith } from './refusal.js'
import { bodyKey, type SeenEvent, SeenEvents, sentBefore } from './seen-events.js'
import { keysOf } from './signature.js'
import type { WebhookCounters, WebhookStatus } from './status.js'
import { type Consumer, WebhookRun } from './webhook-run.js'

// How a request becomes an answer:
//
// 1. Read: take the raw body, up to `bodyLimit` (read-body.ts; from `node:http` through node-handler.ts).
// 2. Parse: JSON in UTF-8, before the signature, so that a damaged body gets a reason of its own.
// 3. Verify: signature, appid and age of the request (authenticate.ts, signature.ts).
// 4. Answer address checks and heartbeats at once (`#receive`).
// 5. Deduplicate: a copy of a known event gets the answer of the first one (seen-events.ts).
// 6. Deliver: pass the event to the consumer of `run()` (webhook-run.ts), marked as replayed if it may have been handled.
// 7. Answer: once the event is settled, at `ackTimeout`, or at once with `ack: 'early'`; a click with its code (click.ts).
//
// Any step can end in a refusal: an HTTP status, a log record and advice (refusal.ts).

/** The context that a runtime passes with a request. */
export interface HandlerContext {
  /** Keeps a worker alive until the promise settles: until the event is handled. */
  readonly waitUntil?: (promise: Promise<unknown>) => void
}

/** The promise that all calls of `close()` share: closing takes no time. */
const CLOSED: Promise<void> = Promise.resolve()

/** `d` of the answer to an event: handled, or to be pushed again (§7.5). */
const ACK = { handled: 0, failed: 1 } as const

const handled = (): Response => jsonResponse(200, { op: Opcode.CallbackAck, d: ACK.handled })
const failed = (): Response => jsonResponse(503, { op: Opcode.CallbackAck, d: ACK.failed })

/**
 * Receives events over HTTP callbacks. {@link Webhook.fetch} takes a standard `Request` and returns a standard `Response`,
 * so that it fits every framework; {@link Webhook.run} delivers the events to a consumer.
 *
 * @example
 *   const webhook = new Webhook({ appId: '102000001', secret: process.env.QQ_APP_SECRET! })
 *   createServer(nodeHandler(webhook)).listen(8080)
 *   await webhook.run((delivery) => {
 *     console.log(delivery.frame.t, delivery.frame.d)
 *     delivery.settle('done')
 *   })
 */
export class Webhook implements Source<WebhookStatus> {
  readonly #options: ResolvedWebhookOptions
  readonly #authentication: AuthenticateOptions
  readonly #log: LogSink
  readonly #refusals: RefusalLog
  readonly #seen: SeenEvents
  /** Wall time in ms. An event from before may have been pushed to an earlier process. */
  readonly #createdAt: number
  readonly #counters: { -readonly [K in keyof WebhookCounters]: number } = {
    delivered: 0,
    repeated: 0,
    challenges: 0,
    refused: 0,
  }
  #lastRequestAt: number | null = null
  #run: WebhookRun | null = null
  #closed = false

  /** @throws OptionsError for a wrong or unknown option */
  constructor(options: WebhookOptions) {
    this.#options = resolveOptions(options)
    const { appId, secret, tolerance, clock, rememberFor, rememberAtMost, log } = this.#options
    this.#authentication = { appId, tolerance, keys: keysOf(secret.reveal()) }
    this.#log = createLog('webhook', log)
    this.#refusals = new RefusalLog(this.#log, clock)
    this.#createdAt = clock.wall()
    this.#seen = new SeenEvents({ clock, keepFor: rememberFor, capacity: rememberAtMost })
    refuseWith(this, (reason, cause) => this.#refuse(reason, cause))
  }

  /**
   * Handles one request. Never throws: every problem becomes an HTTP status. The method is bound, so it can be passed as a
   * function.
   *
   * @example
   *   app.post('/qq', (c) => webhook.fetch(c.req.raw)) // Hono
   */
  readonly fetch = async (request: Request, context: HandlerContext = {}): Promise<Response> => {
    try {
      const outcome = await this.#receive(request, context)
      return outcome instanceof Response ? outcome : this.#refuse(outcome)
    } catch (error) {
      return this.#refuse('failed', error)
    }
  }

  /**
   * Delivers events to a consumer until the signal aborts or {@link Webhook.close} is called, then resolves. It can be called
   * again afterwards.
   *
   * @throws QqkitError `webhook_running` while another consumer runs
   */
  async run(deliver: Consumer, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options
    if (this.#run && this.#run.consumer !== deliver)
      throw new QqkitError({
        code: 'webhook_running',
        message: 'the webhook is already running with another consumer',
        advice: {
          en: 'Use a separate Webhook for each bot, or close() this one before you run it with another consumer.',
          zh: '请为每个机器人使用各自的 Webhook，或先 close() 再使用另一个消费者运行。',
        },
      })
    if (signal?.aborted) return
    const run = (this.#run ??= new WebhookRun(deliver, this.#log))
    this.#closed = false
    const leave = signal && onAbort(signal, () => this.#end(run))
    await run.ended
    leave?.()
  }

  status(): WebhookStatus {
    return {
      ...this.#state(),
      counters: { ...this.#counters },
      lastRequestAt: this.#lastRequestAt,
    }
  }

  /**
   * Refuses new events with 503 until {@link Webhook.close}, so that the platform pushes them again, here or to another
   * process. Events in progress are still finished and answered.
   */
  drain(): void {
    this.#run?.drain()
  }

  /** Ends the run. Unfinished events are answered with 503, so that the platform pushes them again. */
  close(_options?: CloseOptions): Promise<void> {
    if (this.#run) this.#end(this.#run)
    return CLOSED
  }

  #state(): Pick<WebhookStatus, 'state' | 'reason'> {
    if (this.#run?.draining) return { state: 'stopped', reason: 'finishes open events, accepts no new ones' }
    if (this.#run) return { state: 'ready', reason: 'accepts requests' }
    if (this.#closed) return { state: 'stopped', reason: 'closed' }
    return { state: 'idle', reason: 'run() has not been called' }
  }

  #end(run: WebhookRun): void {
    if (this.#run !== run) return
    this.#run = null
    this.#closed = true
    run.end()
  }

  #refuse(reason: Refusal, cause?: unknown): Response {
    this.#counters.refused += 1
    this.#refusals.record(reason, cause)
    return refusalResponse(reason)
  }

  async #receive(request: Request, context: HandlerContext): Promise<Response | Refusal> {
    if (request.method !== 'POST') return 'method'
    const body = await readBody(request, this.#options.bodyLimit)
    if (typeof body === 'string') return body
    // Before the signature: a body that a proxy has damaged fits no signature, and may have lost its headers (§7.4).
    const parsed = parseBody(body)
    if (typeof parsed === 'string') return parsed
    const credentials = credentialsOf(request.headers)
    const signed = credentials.signature !== null || credentials.timestamp !== null
    const genuine = authenticate(this.#authentication, credentials, body, this.#options.clock.wall())
    // It is unknown whether a repeated push gets a new timestamp (§7.5), so a copy of a known event is never stale.
    const problem = genuine === 'stale' && this.#isKnown(parsed.value, body) ? null : genuine
    // It is unknown whether an address check is signed (§7.4), so only a signature that is present must be valid.
    if (problem !== null && (signed || problem !== 'unsigned')) return problem
    const frame = frameOf(parsed.value)
    if (!frame) return problem ?? 'malformed'
    if (frame.op === Opcode.CallbackValidation) {
      if (credentials.appId !== null && credentials.appId !== this.#options.appId) return 'stranger'
      return this.#answerChallenge(frame)
    }
    if (problem !== null) return problem
    this.#lastRequestAt = this.#options.clock.wall()
    if (frame.op === Opcode.Heartbeat)
      return jsonResponse(200, { op: Opcode.HeartbeatAck, d: frame.d ?? null })
    if (frame.op !== Opcode.Dispatch || !frame.t) return 'malformed'
    return this.#handleEvent(frame, body, request, context)
  }

  #isKnown(value: unknown, body: Uint8Array): boolean {
    const frame = frameOf(value)
    return frame !== null && this.#seen.find(deliveryKey(frame, () => bodyKey(body))) !== undefined
  }

  #answerChallenge(frame: WireFrame): Response | Refusal {
    const answer = answerChallenge(this.#authentication.keys, frame.d)
    if (!answer) return 'challenge'
    this.#counters.challenges += 1
    this.#log({
      level: 'info',
      event: 'webhook.validated',
      message: 'the platform checked the address',
    })
    return jsonResponse(200, answer)
  }

  async #handleEvent(
    frame: WireFrame,
    body: Uint8Array,
    request: Request,
    context: HandlerContext,
  ): Promise<Response | Refusal> {
    const key = deliveryKey(frame, () => bodyKey(body))
    const known = this.#seen.find(key)
    const retried = known !== undefined && this.#isRetry(known)
    if (known && !retried) {
      this.#counters.repeated += 1
      known.click?.join(request)
      return this.#answerEvent(known)
    }
    if (!this.#run) return 'not_listening'
    if (this.#run.draining) return 'stopping'
    // An event that may have been handled before must repeat its earlier replies and not add new ones.
    const replayed = retried || sentBefore(frame, this.#createdAt)
    this.#counters.delivered += 1
    const { clock, interactionTimeout, processes } = this.#options
    const click = needsCode(frame) ? new Click(clock, interactionTimeout) : null
    click?.join(request)
    const settled = this.#run.deliver({ key, frame, replayed, shared: processes === 'many' }, click)
    const event = this.#seen.add(key, settled, click)
    this.#keepAlive(settled, context)
    return this.#answerEvent(event)
  }

  /** Never throws: the event is already being handled, and an error would make the platform push it again. */
  #keepAlive(settled: Promise<unknown>, context: HandlerContext): void {
    try {
      context.waitUntil?.(settled)
    } catch (error) {
      const message = 'waitUntil() failed, so the worker may end before the event is handled'
      this.#log({ level: 'warn', event: 'webhook.not_kept_alive', message, error })
    }
  }

  /** Whether a repeated event is to be handled again: if it failed and the platform was asked to push it again. */
  #isRetry({ outcome, click }: SeenEvent): boolean {
    return outcome === 'failed' && (click ? !click.answered : this.#options.ack === 'settled')
  }

  async #answerEvent({ settled, click }: SeenEvent): Promise<Response> {
    if (click) {
      const code = await click.code
      return code === null ? failed() : jsonResponse(200, { op: Opcode.CallbackAck, code })
    }
    const { ack, ackTimeout, clock } = this.#options
    if (ack === 'early') return handled()
    const answered = new AbortController()
    const late = (): 'late' => 'late'
    const outcome = await Promise.race([settled, sleep(clock, ackTimeout, answered.signal).then(late, late)])
    answered.abort()
    // An abandoned event would hang again if it were pushed again.
    return outcome === 'failed' || outcome === 'late' ? failed() : handled()
  }
}
