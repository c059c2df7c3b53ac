import { type Clock, type LogSink, systemClock } from '@qqkit/core'
import { checkOptions, Secret } from '@qqkit/core/internal'
import * as v from 'valibot'

/** When the platform gets its answer: as soon as the event is handed over, or once it has been handled. */
export type AckMode = 'early' | 'settled'

/** What a {@link Webhook} is made from. Times in ms. */
export interface WebhookOptions {
  /** AppID of the bot; requests for another one are refused. */
  readonly appId: string
  /**
   * AppSecret of the bot: signatures are checked and made with it
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-3 §7.3}).
   */
  readonly secret: string
  /**
   * `'settled'` answers once the handler has finished, so that the platform can push again what failed. `'early'`
   * answers at once: handlers may take as long as they like, but a crash loses what was being handled. Default
   * `'settled'`.
   */
  readonly ack?: AckMode
  /**
   * Whether more than one process takes the pushes of this bot, be it behind a balancer or while one deploy follows the other.
   * `'many'` (default): an event that this process is slow to answer is pushed to another one as well, so that a reply that is there
   * already is the same reply. Where a bot says so itself, its answers do not grow (`ctx.stream`): half of one would pass for a whole
   * one if a process died. `'one'`: nobody else answers.
   */
  readonly processes?: 'one' | 'many'
  /** With `ack: 'settled'`: how long an answer may wait for the handler. Default 4 500. */
  readonly ackTimeout?: number
  /**
   * How long the answer to a click waits for its code, which is 0 then; whatever `ack` says. The user's own window is 3 s
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}). Default 2 000.
   */
  readonly interactionTimeout?: number
  /** How far a request's timestamp may be from now; `null` accepts any. The platform documents no rule. Default 300 000. */
  readonly tolerance?: number | null
  /** Largest body in bytes. Default 1 MiB. */
  readonly bodyLimit?: number
  /** How long an event is remembered, so that a retry is not handled again. Default one hour. */
  readonly rememberFor?: number
  /** How many events are remembered at the most. Default 10 000. */
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

/** What holds when an option is not given. */
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
  // Of the three seconds of a click, what a second client found to be enough (§7.7).
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
    clock: v.optional(v.looseObject({}, 'a Clock')),
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
