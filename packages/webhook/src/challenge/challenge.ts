import { signText } from '../signature/signature.js'
import type { WebhookKeys } from '../signature/keys.js'

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
