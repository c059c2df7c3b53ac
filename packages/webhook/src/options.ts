import { type Clock, type LogSink, systemClock } from '@qqkit/core'
import { checkOptions, Secret } from '@qqkit/core/internal'
import * as v from 'valibot'

/** When the platform gets its answer: as soon as the event is delivered, or once it has been handled. */
export type AckMode = 'early' | 'settled'

/** Options of a {@link Webhook}. Times in ms. */
export interface WebhookOptions {
  /** AppID of the bot; requests for another AppID are refused. */
  readonly appId: string
  /**
   * AppSecret of the bot, the key of all signatures
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-3 §7.3}).
   */
  readonly secret: string
  /**
   * `'settled'` answers once the handler has finished, so that the platform pushes a failed event again. `'early'` answers at
   * once: handlers may take any time, but a crash loses the events that were being handled. Default `'settled'`.
   */
  readonly ack?: AckMode
  /**
   * Whether several processes receive pushes of this bot, behind a load balancer or during a deployment. `'many'` (default): a
   * slow event may be pushed to another process as well, so a reply that the platform already has counts as this reply, and a
   * bot does not stream its replies (`ctx.stream`), because half a reply would count as a whole one after a crash. `'one'`: no
   * other process answers.
   */
  readonly processes?: 'one' | 'many'
  /** With `ack: 'settled'`: how long an answer waits for the handler. Default 4 500. */
  readonly ackTimeout?: number
  /**
   * How long the answer to a click waits for its code before it is 0, with either `ack`. The user's own window is 3 s
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}). Default 2 000.
   */
  readonly interactionTimeout?: number
  /** How far a request's timestamp may be from now; `null` accepts any. The platform documents no rule. Default 300 000. */
  readonly tolerance?: number | null
  /** Largest body in bytes. Default 1 MiB. */
  readonly bodyLimit?: number
  /** How long an event is remembered, so that a copy is not handled again. Default one hour. */
  readonly rememberFor?: number
  /** How many events are remembered at most. Default 10 000. */
  readonly rememberAtMost?: number
  readonly log?: LogSink
  readonly clock?: Clock
}

/** {@link WebhookOptions} with every default filled in. */
export interface ResolvedWebhookOptions {
  readonly appId: string
  readonly secret: Secret
  readonly ack: AckMode
  readonly processes: 'one' | 'many'
  readonly ackTimeout: number
  readonly interactionTimeout: number
  readonly tolerance: number | null
  readonly bodyLimit: number
  readonly rememberFor: number
  readonly rememberAtMost: number
  readonly log: LogSink | undefined
  readonly clock: Clock
}

const isClock = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ['now', 'wall', 'setTimer'].every((name) => typeof Reflect.get(value, name) === 'function')

/** The defaults of {@link WebhookOptions}. */
export const webhookDefaults: Readonly<
  Pick<
    ResolvedWebhookOptions,
    | 'ack'
    | 'processes'
    | 'ackTimeout'
    | 'interactionTimeout'
    | 'tolerance'
    | 'bodyLimit'
    | 'rememberFor'
    | 'rememberAtMost'
  >
> = Object.freeze({
  ack: 'settled',
  processes: 'many',
  // Below the five seconds after which HTTP clients commonly give up; the platform's own limit is undocumented (§7.5).
  ackTimeout: 4500,
  // Within the three seconds of a click; another client uses the same value (§7.7).
  interactionTimeout: 2000,
  tolerance: 5 * 60_000,
  bodyLimit: 1 << 20,
  rememberFor: 60 * 60_000,
  rememberAtMost: 10_000,
})

const duration = v.pipe(
  v.number('a time in milliseconds'),
  v.check((ms) => Number.isFinite(ms) && ms > 0, 'a positive, finite time in milliseconds'),
)
const count = v.pipe(
  v.number('a whole number'),
  v.check((n) => Number.isInteger(n) && n > 0, 'a whole number above 0'),
)

const schema = v.strictObject(
  {
    appId: v.pipe(
      v.string('the AppID of the bot, as text'),
      v.regex(/^\d+$/, 'the AppID of the bot: digits only, from the console of the platform'),
    ),
    secret: v.pipe(
      v.string('the AppSecret of the bot, as text'),
      v.minLength(1, 'the AppSecret of the bot, from the console of the platform'),
    ),
    ack: v.optional(v.picklist(['early', 'settled'], "'early' or 'settled'")),
    processes: v.optional(v.picklist(['one', 'many'], "'one' or 'many'")),
    ackTimeout: v.optional(duration),
    interactionTimeout: v.optional(duration),
    tolerance: v.optional(v.nullable(duration)),
    bodyLimit: v.optional(count),
    rememberFor: v.optional(duration),
    rememberAtMost: v.optional(count),
    log: v.optional(v.function('a function that takes log records')),
    clock: v.optional(v.custom<Clock>(isClock, 'a Clock')),
  },
  (issue) => (issue.expected === 'never' ? 'there is no such option' : 'an object of options'),
)

/**
 * Checks options and fills in defaults.
 *
 * @throws OptionsError for the first wrong or unknown value
 */
export const resolveOptions = (options: WebhookOptions): ResolvedWebhookOptions => {
  checkOptions('Webhook', schema, options)
  const { secret, ...rest } = options
  return { ...webhookDefaults, clock: systemClock, log: undefined, ...rest, secret: new Secret(secret) }
}
