import {
  type CloseOptions,
  type LogSink,
  QqkitError,
  type Source,
  systemClock,
  type WireFrame,
} from '@qqkit/core'
import { createLog, deliveryKey, onAbort, sleep } from '@qqkit/core/internal'
import { Opcode } from '@qqkit/protocol'

import { answerChallenge, authenticate, credentialsOf, type Gatekeeper } from './authenticate.js'
import { Click, needsCode } from './click.js'
import { type ResolvedWebhookOptions, resolveOptions, type WebhookOptions } from './options.js'
import { frameOf, parseBody, readBody } from './read-body.js'
import { type Refusal, RefusalLog, refusals } from './refusal.js'
import { bodyKey, type SeenEvent, SeenEvents, sentBefore } from './seen-events.js'
import { keysOf } from './signature.js'
import type { WebhookCounters, WebhookStatus } from './status.js'
import { type Deliver, WebhookRun } from './webhook-run.js'

/** What a runtime gives along with a request. */
export interface HandlerContext {
  /** Keeps a worker alive until the promise settles; with `ack: 'early'` it gets the handling of the event. */
  readonly waitUntil?: (promise: Promise<unknown>) => void
}

/** Nothing is left to wait for, so that all calls of `close()` can share it. */
const CLOSED: Promise<void> = Promise.resolve()

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

/** `d` of the answer to an event: taken, or to be pushed again (§7.5). */
const ACK = { taken: 0, failed: 1 } as const

const taken = (): Response => json(200, { op: Opcode.CallbackAck, d: ACK.taken })
const failed = (): Response => json(503, { op: Opcode.CallbackAck, d: ACK.failed })

const refused = (reason: Refusal): Response => {
  const { status, message } = refusals[reason]
  return json(status, { message })
}

/** Answers and records what does not even become a `Request`, for the adapters of this package; never throws. */
export let refuse: (webhook: Pick<Webhook, 'fetch'>, reason: Refusal, cause?: unknown) => Response

/**
 * Receives events over HTTP callbacks. {@link Webhook.fetch} takes a standard `Request` and gives a standard `Response`,
 * so that it fits every framework; {@link Webhook.run} hands the events to a consumer.
 */
export class Webhook implements Source<WebhookStatus> {
  static {
    refuse = (webhook, reason, cause) => {
      if (#refusals in webhook) return webhook.#refuse(reason, cause)
      // Somebody's own `fetch` around a webhook has no log of ours: the diagnostics channel hears of it.
      new RefusalLog(createLog('webhook'), systemClock).note(reason, cause)
      return refused(reason)
    }
  }

  readonly #options: ResolvedWebhookOptions
  readonly #gate: Gatekeeper
  readonly #log: LogSink
  readonly #refusals: RefusalLog
  readonly #seen: SeenEvents
  /** Wall time in ms: what was sent before may have been pushed to an earlier process. */
  readonly #bornAt: number
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
    this.#gate = { appId, tolerance, keys: keysOf(secret.reveal()) }
    this.#log = createLog('webhook', log)
    this.#refusals = new RefusalLog(this.#log, clock)
    this.#bornAt = clock.wall()
    this.#seen = new SeenEvents({ clock, keepFor: rememberFor, capacity: rememberAtMost })
  }

  /**
   * Handles one request. Never throws: whatever is wrong becomes a status that its sender can act on. Bound, so that it
   * can be passed on as it is.
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
   * Hands events to `deliver` until the signal aborts or {@link Webhook.close} is called; resolves then. After that it can
   * be run again.
   *
   * @throws QqkitError `webhook_running` when another consumer has them already
   */
  async run(deliver: Deliver, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options
    if (this.#run && this.#run.consumer !== deliver)
      throw new QqkitError({
        code: 'webhook_running',
        message: 'the webhook runs already, with another consumer',
        advice: {
          en: 'Give each bot a webhook of its own, or close() this one before running it with another consumer.',
          zh: '请为每个机器人使用各自的 Webhook，或先 close() 再使用另一个消费者运行。',
        },
      })
    if (signal?.aborted) return
    const run = (this.#run ??= new WebhookRun(deliver, this.#log))
    this.#closed = false
    const leave = signal && onAbort(signal, () => this.#end(run))
    await run.over
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
   * Refuses new events with 503 from now on, so that the platform pushes them again, here or elsewhere, while those that came are
   * finished and answered. {@link Webhook.close} ends it.
   */
  drain(): void {
    this.#run?.drain()
  }

  /** Refuses further events, and gives back those that are not finished, so that the platform keeps them for its retries. */
  close(_options?: CloseOptions): Promise<void> {
    if (this.#run) this.#end(this.#run)
    return CLOSED
  }

  #state(): Pick<WebhookStatus, 'state' | 'reason'> {
    if (this.#run?.draining) return { state: 'stopped', reason: 'finishes what came, and takes nothing new' }
    if (this.#run) return { state: 'ready', reason: 'takes requests' }
    if (this.#closed) return { state: 'stopped', reason: 'closed' }
    return { state: 'idle', reason: 'nobody has called run() yet' }
  }

  #end(run: WebhookRun): void {
    if (this.#run !== run) return
    this.#run = null
    this.#closed = true
    run.end()
  }

  #refuse(reason: Refusal, cause?: unknown): Response {
    this.#counters.refused += 1
    this.#refusals.note(reason, cause)
    return refused(reason)
  }

  async #receive(request: Request, context: HandlerContext): Promise<Response | Refusal> {
    if (request.method !== 'POST') return 'method'
    const body = await readBody(request, this.#options.bodyLimit)
    if (typeof body === 'string') return body
    // First: a body that something in front has broken fits no signature, and may have lost its headers as well (§7.4).
    const parsed = parseBody(body)
    if (typeof parsed === 'string') return parsed
    const credentials = credentialsOf(request.headers)
    const signed = credentials.signature !== null || credentials.timestamp !== null
    const genuine = authenticate(this.#gate, credentials, body, this.#options.clock.wall())
    // Whether a push that is repeated has a new timestamp is not known (§7.5): a copy of what came in time is never too old.
    const problem = genuine === 'stale' && this.#isKnown(parsed.value, body) ? null : genuine
    // Whether an address check is signed is unknown (§7.4): a signature that is there must hold.
    if (problem !== null && (signed || problem !== 'unsigned')) return problem
    const frame = frameOf(parsed.value)
    if (!frame) return problem ?? 'malformed'
    if (frame.op === Opcode.CallbackValidation) {
      if (credentials.appId !== null && credentials.appId !== this.#options.appId) return 'stranger'
      return this.#answerChallenge(frame)
    }
    if (problem !== null) return problem
    this.#lastRequestAt = this.#options.clock.wall()
    if (frame.op === Opcode.Heartbeat) return json(200, { op: Opcode.HeartbeatAck, d: frame.d ?? null })
    if (frame.op !== Opcode.Dispatch || !frame.t) return 'malformed'
    return this.#take(frame, body, request, context)
  }

  #isKnown(value: unknown, body: Uint8Array): boolean {
    const frame = frameOf(value)
    return frame !== null && this.#seen.find(deliveryKey(frame, () => bodyKey(body))) !== undefined
  }

  #answerChallenge(frame: WireFrame): Response | Refusal {
    const answer = answerChallenge(this.#gate.keys, frame.d)
    if (!answer) return 'challenge'
    this.#counters.challenges += 1
    this.#log({ level: 'info', event: 'webhook.validated', message: 'the platform checked the address' })
    return json(200, answer)
  }

  async #take(
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
      return this.#acknowledge(known)
    }
    if (!this.#run) return 'not_listening'
    if (this.#run.draining) return 'stopping'
    // What was tried before, here or maybe in an earlier process, must repeat what it sent and not add to it.
    const replayed = retried || sentBefore(frame, this.#bornAt)
    this.#counters.delivered += 1
    const { clock, interactionTimeout, processes } = this.#options
    const click = needsCode(frame) ? new Click(clock, interactionTimeout) : null
    click?.join(request)
    const settled = this.#run.deliver({ key, frame, replayed, shared: processes === 'many' }, click)
    const event = this.#seen.add(key, settled, click)
    this.#keepAlive(settled, context)
    return this.#acknowledge(event)
  }

  /** The event is being handled already: a runtime that cannot wait for it must not make it come again. */
  #keepAlive(settled: Promise<unknown>, context: HandlerContext): void {
    try {
      context.waitUntil?.(settled)
    } catch (error) {
      const message = 'waitUntil() failed: the worker may end before the event is handled'
      this.#log({ level: 'warn', event: 'webhook.not_kept_alive', message, error })
    }
  }

  /** Whether what comes again was asked for again. Nobody asks once an early answer or a code went out: that is a copy. */
  #isRetry({ outcome, click }: SeenEvent): boolean {
    return outcome === 'failed' && (click ? !click.told : this.#options.ack === 'settled')
  }

  async #acknowledge({ settled, click }: SeenEvent): Promise<Response> {
    if (click) {
      const code = await click.code
      return code === null ? failed() : json(200, { op: Opcode.CallbackAck, code })
    }
    const { ack, ackTimeout, clock } = this.#options
    if (ack === 'early') return taken()
    const answered = new AbortController()
    const late = (): 'late' => 'late'
    const outcome = await Promise.race([settled, sleep(clock, ackTimeout, answered.signal).then(late, late)])
    answered.abort()
    // An abandoned event is given up for good: pushing it again would only hang again.
    return outcome === 'done' || outcome === 'abandoned' ? taken() : failed()
  }
}
