import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** Bytes of an Ed25519 seed. */
const SEED_LENGTH = 32

/** The prefix that turns a 32-byte seed into a PKCS #8 key (§7.6). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The key pair that is derived from a bot's secret. */
export interface WebhookKeys {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** The seed: the secret repeated and cut to 32 bytes. Any length works (§7.3). */
const seedOf = (secret: string): Buffer => Buffer.alloc(SEED_LENGTH, Buffer.from(secret))

/** Derives the key pair of a bot from its secret (§7.3). */
export const keysOf = (secret: string): WebhookKeys => {
  const key = Buffer.concat([PKCS8_PREFIX, seedOf(secret)])
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

const HEX_SIGNATURE = /^[0-9a-fA-F]{128}$/
/** The top three bits of the last byte are zero in every valid signature (§7.3). */
const HIGH_BITS = 0xe0

const messageOf = (timestamp: string, body: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(timestamp), body])

/** Whether a text has the format of a signature: 64 bytes as hex (§7.2). */
export const isSignature = (signature: string): boolean => HEX_SIGNATURE.test(signature)

/** Whether `signature`, as hex, is valid for `timestamp` and the raw body (§7.3). */
export const verifySignature = (
  keys: WebhookKeys,
  signed: { readonly timestamp: string; readonly body: Uint8Array; readonly signature: string },
): boolean => {
  if (!isSignature(signed.signature)) return false
  const signature = Buffer.from(signed.signature, 'hex')
  if (((signature.at(-1) ?? HIGH_BITS) & HIGH_BITS) !== 0) return false
  return verify(null, messageOf(signed.timestamp, signed.body), keys.publicKey, signature)
}

/** Signs `timestamp` and a text as the platform does; returns hex (§7.3, §7.4). */
export const signText = (keys: WebhookKeys, timestamp: string, text: string): string =>
  sign(null, messageOf(timestamp, Buffer.from(text)), keys.privateKey).toString('hex')
