import type { Refusal } from './refusal.js'
import { isSignature, signText, verifySignature, type WebhookKeys } from './signature.js'

/** The credentials of a request. */
export interface Credentials {
  readonly appId: string | null
  readonly timestamp: string | null
  readonly signature: string | null
}

/** The headers that authenticate a callback (§7.2). */
export const credentialsOf = (headers: Headers): Credentials => ({
  appId: headers.get('x-bot-appid'),
  timestamp: headers.get('x-signature-timestamp'),
  signature: headers.get('x-signature-ed25519'),
})

/** Which requests are genuine. */
export interface AuthenticateOptions {
  readonly appId: string
  readonly keys: WebhookKeys
  /** The largest age of a request in ms; `null` accepts any. */
  readonly tolerance: number | null
}

/** Why a request is not genuine, or `null` if it is. `now` is wall time in ms. */
export const authenticate = (
  options: AuthenticateOptions,
  { appId, timestamp, signature }: Credentials,
  body: Uint8Array,
  now: number,
): Refusal | null => {
  if (timestamp === null || signature === null) return 'unsigned'
  if (appId !== null && appId !== options.appId) return 'stranger'
  // A wrong format gets a reason of its own: it has nothing to do with secret and body.
  if (!/^\d{1,16}$/.test(timestamp) || !isSignature(signature)) return 'headers'
  if (!verifySignature(options.keys, { timestamp, body, signature })) return 'forged'
  // Checked last, because only a signed timestamp can be trusted.
  const age = Math.abs(now - Number(timestamp) * 1000)
  return options.tolerance !== null && age > options.tolerance ? 'stale' : null
}

/**
 * The only tokens that are signed. The signed text of a challenge has the form of a signed event, so an endpoint that signs
 * any token would sign forged events (§7.4): a token must be short, and must not be able to be a body.
 */
const PLAIN_TOKEN = /^[0-9A-Za-z]{1,64}$/
const EVENT_TS = /^[0-9]{1,16}$/

/** The answer to an address check. */
export interface ChallengeAnswer {
  readonly plain_token: string
  readonly signature: string
}

/** The answer to the payload of an op 13, or `null` if the token must not be signed (§7.4). */
export const answerChallenge = (keys: WebhookKeys, payload: unknown): ChallengeAnswer | null => {
  if (typeof payload !== 'object' || payload === null) return null
  const { plain_token: token, event_ts: time } = payload as Readonly<Record<string, unknown>>
  // Some sources show the time as a number (§7.4).
  const ts = typeof time === 'number' ? String(time) : time
  if (typeof token !== 'string' || typeof ts !== 'string') return null
  if (!PLAIN_TOKEN.test(token) || !EVENT_TS.test(ts)) return null
  return { plain_token: token, signature: signText(keys, ts, token) }
}
