import {
  type CloseOptions,
  createLog,
  type Delivery,
  deliveryKey,
  type LogSink,
  type SettleOutcome,
  sleep,
  type Source,
  type WireFrame,
} from '@qqkit/core'
import { Opcode } from '@qqkit/protocol'

import { answerChallenge } from './challenge/challenge.js'
import { type ResolvedWebhookOptions, resolveOptions, type WebhookOptions } from './options.js'
import { type SeenEvent, SeenEvents } from './replay/seen-events.js'
import { authenticate, credentialsOf, type Gatekeeper } from './request/authenticate.js'
import { parseFrame } from './request/parse-frame.js'
import { readBody } from './request/read-body.js'
import { type Refusal, refusals } from './request/refusal.js'
import { keysOf } from './signature/keys.js'
import type { WebhookCounters, WebhookStatus } from './status.js'

/** Hands over events. */
type Deliver = (delivery: Delivery) => void

/** What a runtime gives along with a request. */
export interface HandlerContext {
  /** Keeps a worker alive until the promise settles; with `ack: 'early'` it gets the handling of the event. */
  readonly waitUntil?: (promise: Promise<unknown>) => void
}

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

/** `d` of the answer to an event: taken, or to be pushed again (§7.5). */
const ACK = { taken: 0, failed: 1 } as const

/**
 * Receives events over HTTP callbacks. {@link Webhook.fetch} takes a standard `Request` and gives a standard `Response`,
 * so that it fits every framework; {@link Webhook.run} hands the events to a consumer.
 */
export class Webhook implements Source<WebhookStatus> {
  readonly #options: ResolvedWebhookOptions
  readonly #gate: Gatekeeper
  readonly #log: LogSink
  readonly #seen: SeenEvents
  readonly #counters: { -readonly [K in keyof WebhookCounters]: number } = {
    delivered: 0,
    repeated: 0,
    challenges: 0,
    refused: 0,
  }
  #lastRequestAt: number | null = null
  #consumer: { readonly deliver: Deliver; readonly end: () => void } | undefined
  #closed = false

  /** @throws OptionsError for a wrong or unknown option */
  constructor(options: WebhookOptions) {
    this.#options = resolveOptions(options)
    const { appId, secret, tolerance, clock, rememberFor, rememberAtMost, log } = this.#options
    this.#gate = { appId, tolerance, keys: keysOf(secret.reveal()) }
    this.#log = createLog('webhook', log)
    this.#seen = new SeenEvents({ clock, keepFor: rememberFor, capacity: rememberAtMost })
  }

  /**
   * Handles one request. Never throws: whatever is wrong becomes a status that its sender can act on. Bound, so that it
   * can be passed on as it is.
   */
  readonly fetch = async (request: Request, context: HandlerContext = {}): Promise<Response> => {
    const outcome = await this.#receive(request, context)
    if (outcome instanceof Response) return outcome
    this.#counters.refused += 1
    const { status, message } = refusals[outcome]
    this.#log({ level: 'warn', event: 'webhook.refused', message, reason: outcome, status })
    return json(status, { message })
  }

  /** Hands events to `deliver` until the signal aborts or {@link Webhook.close} is called. */
  async run(deliver: Deliver, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options
    if (this.#consumer) throw new TypeError('this webhook has a consumer already: call run() once')
    if (this.#closed || signal?.aborted) return
    await new Promise<void>((resolve) => {
      const end = (): void => {
        signal?.removeEventListener('abort', end)
        this.#consumer = undefined
        resolve()
      }
      signal?.addEventListener('abort', end, { once: true })
      this.#consumer = { deliver, end }
    })
  }

  status(): WebhookStatus {
    const state = this.#closed ? 'stopped' : this.#consumer ? 'ready' : 'idle'
    const reasons = { stopped: 'closed', ready: 'takes requests', idle: 'nobody has called run() yet' }
    return {
      state,
      reason: reasons[state],
      counters: { ...this.#counters },
      lastRequestAt: this.#lastRequestAt,
    }
  }

  /** Refuses further events, so that the platform keeps them for its retries. */
  close(_options?: CloseOptions): Promise<void> {
    this.#closed = true
    this.#consumer?.end()
    return Promise.resolve()
  }

  async #receive(request: Request, context: HandlerContext): Promise<Response | Refusal> {
    if (request.method !== 'POST') return 'method'
    if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) return 'content_type'
    const body = await readBody(request, this.#options.bodyLimit)
    if (typeof body === 'string') return body
    const credentials = credentialsOf(request.headers)
    const signed = credentials.signature !== null || credentials.timestamp !== null
    const problem = authenticate(this.#gate, credentials, body, this.#options.clock.wall())
    // Whether an address check is signed is unknown (§7.4): a signature that is there must hold.
    if (problem !== null && (signed || problem !== 'unsigned')) return problem
    const frame = parseFrame(body)
    if (!frame) return problem ?? 'malformed'
    if (frame.op === Opcode.CallbackValidation) {
      if (credentials.appId !== null && credentials.appId !== this.#options.appId) return 'stranger'
      return this.#answerChallenge(frame)
    }
    if (problem !== null) return problem
    this.#lastRequestAt = this.#options.clock.wall()
    if (frame.op === Opcode.Heartbeat) return json(200, { op: Opcode.HeartbeatAck, d: frame.d ?? null })
    if (frame.op !== Opcode.Dispatch || !frame.t) return 'malformed'
    return this.#take(frame, context)
  }

  #answerChallenge(frame: WireFrame): Response | Refusal {
    const answer = answerChallenge(this.#gate.keys, frame.d)
    if (!answer) return 'challenge'
    this.#counters.challenges += 1
    this.#log({ level: 'info', event: 'webhook.validated', message: 'the platform checked the address' })
    return json(200, answer)
  }

  async #take(frame: WireFrame, context: HandlerContext): Promise<Response | Refusal> {
    // A frame without any id cannot be recognised again: each copy counts as new.
    const key = deliveryKey(frame, () => `webhook:${this.#counters.delivered}`)
    const known = this.#seen.find(key)
    if (known && known.outcome !== 'failed') {
      this.#counters.repeated += 1
      return this.#acknowledge(known)
    }
    if (!this.#consumer) return 'not_listening'
    // A failed event is pushed again: what it had already sent must be repeated, not added to.
    const settled = this.#deliver(this.#consumer.deliver, frame, key, known !== undefined)
    context.waitUntil?.(settled)
    return this.#acknowledge(this.#seen.add(key, settled))
  }

  #deliver(deliver: Deliver, frame: WireFrame, key: string, replayed: boolean): Promise<SettleOutcome> {
    this.#counters.delivered += 1
    return new Promise((resolve) => {
      try {
        deliver({ key, frame, shard: null, replayed, settle: resolve })
      } catch (error) {
        this.#log({ level: 'error', event: 'webhook.consumer_threw', key, error })
        resolve('failed')
      }
    })
  }

  async #acknowledge({ settled }: SeenEvent): Promise<Response> {
    const { ack, ackTimeout, clock } = this.#options
    if (ack === 'early') return json(200, { op: Opcode.CallbackAck, d: ACK.taken })
    const answered = new AbortController()
    const late = (): 'late' => 'late'
    const outcome = await Promise.race([settled, sleep(clock, ackTimeout, answered.signal).then(late, late)])
    answered.abort()
    // An abandoned event is given up for good: pushing it again would only hang again.
    return outcome === 'done' || outcome === 'abandoned'
      ? json(200, { op: Opcode.CallbackAck, d: ACK.taken })
      : json(503, { op: Opcode.CallbackAck, d: ACK.failed })
  }
}
