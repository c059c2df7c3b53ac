import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'

const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The secret, doubled until it has 32 bytes, and cut there (§7.3). */
const seedOf = (secret: string): Buffer => {
  let seed = Buffer.from(secret)
  while (seed.length < 32) seed = Buffer.concat([seed, seed])
  return seed.subarray(0, 32)
}

const keyOf = (secret: string): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seedOf(secret)]), format: 'der', type: 'pkcs8' })

/** Ed25519 over `text` with the key of a secret, in hex (§7.3). */
export const signText = (secret: string, text: string): string =>
  sign(null, Buffer.from(text), keyOf(secret)).toString('hex')

/** Whether a signature in hex belongs to a text. */
export const verifyText = (secret: string, text: string, signature: string): boolean => {
  const bytes = Buffer.from(signature, 'hex')
  return bytes.length === 64 && verify(null, Buffer.from(text), createPublicKey(keyOf(secret)), bytes)
}
