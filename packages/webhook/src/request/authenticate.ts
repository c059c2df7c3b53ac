import type { WebhookKeys } from '../signature/keys.js'
import { isSignature, verifySignature } from '../signature/signature.js'
import type { Refusal } from './refusal.js'

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
