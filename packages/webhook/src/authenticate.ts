import type { Refusal } from './refusal.js'
import { isSignature, signText, verifySignature, type WebhookKeys } from './signature.js'

/** What is known of whoever sent a request. */
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

/** Who may call. */
export interface Gatekeeper {
  readonly appId: string
  readonly keys: WebhookKeys
  /** ms; `null` accepts any age. */
  readonly tolerance: number | null
}

/** Why a signed request is not genuine, or `null` when it is. `now` is wall time in ms. */
export const authenticate = (
  gate: Gatekeeper,
  { appId, timestamp, signature }: Credentials,
  body: Uint8Array,
  now: number,
): Refusal | null => {
  if (timestamp === null || signature === null) return 'unsigned'
  if (appId !== null && appId !== gate.appId) return 'stranger'
  // Not even the form is right: told apart, since then it is no matter of secret and body.
  if (!/^\d{1,16}$/.test(timestamp) || !isSignature(signature)) return 'headers'
  if (!verifySignature(gate.keys, { timestamp, body, signature })) return 'forged'
  // Only a genuine timestamp tells an age.
  const age = Math.abs(now - Number(timestamp) * 1000)
  return gate.tolerance !== null && age > gate.tolerance ? 'stale' : null
}

/**
 * What may be signed for a stranger. The signed text of a challenge has the same form as that of an event, so an
 * endpoint that signs anything would sign forged events (§7.4): a token is short, and no text that could be a body.
 */
const PLAIN_TOKEN = /^[0-9A-Za-z]{1,64}$/
const EVENT_TS = /^[0-9]{1,16}$/

/** The answer to an address check. */
export interface ChallengeAnswer {
  readonly plain_token: string
  readonly signature: string
}

/** Answers the payload of an op 13, or `null` when it must not be signed (§7.4). */
export const answerChallenge = (keys: WebhookKeys, payload: unknown): ChallengeAnswer | null => {
  if (typeof payload !== 'object' || payload === null) return null
  const { plain_token: token, event_ts: time } = payload as Readonly<Record<string, unknown>>
  // Some readings have the time as a number (§7.4).
  const ts = typeof time === 'number' ? String(time) : time
  if (typeof token !== 'string' || typeof ts !== 'string') return null
  if (!PLAIN_TOKEN.test(token) || !EVENT_TS.test(ts)) return null
  return { plain_token: token, signature: signText(keys, ts, token) }
}
