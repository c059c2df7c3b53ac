import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** Bytes of an Ed25519 seed. */
const SEED_LENGTH = 32

/** What stands before a bare 32-byte seed to make it a PKCS #8 key (§7.6). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Both halves of the key that a bot's secret stands for. */
export interface WebhookKeys {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** The seed: the secret repeated until it fills 32 bytes, the rest cut off. Any length works (§7.3). */
const seedOf = (secret: string): Buffer => Buffer.alloc(SEED_LENGTH, Buffer.from(secret))

/** Derives the key pair of a bot from its secret (§7.3). */
export const keysOf = (secret: string): WebhookKeys => {
  const key = Buffer.concat([PKCS8_PREFIX, seedOf(secret)])
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  return { privateKey, publicKey: createPublicKey(privateKey) }
}
