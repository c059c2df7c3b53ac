import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { answerChallenge } from '../src/authenticate.js'
import { keysOf, signText, verifySignature } from '../src/signature.js'
import { challengeVectors, eventVectors, publicKeys } from './support/vectors.js'

const flipped = (bytes: Uint8Array, bit: number): Buffer => {
  const copy = Buffer.from(bytes)
  const at = Math.floor(bit / 8) % copy.length
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit % 8))
  return copy
}

describe('WH-01 published vectors', () => {
  for (const [secret, publicKey] of publicKeys) {
    it(`derive the public key of a secret of ${secret.length} characters`, () => {
      const der = keysOf(secret).publicKey.export({ format: 'der', type: 'spki' })
      expect(der.subarray(-32).toString('hex')).toBe(publicKey)
    })
  }
  for (const { name, secret, timestamp, body, signature } of eventVectors) {
    it(`verify: ${name}`, () => {
      const signed = { timestamp, body: Buffer.from(body), signature }
      expect(verifySignature(keysOf(secret), signed)).toBe(true)
      expect(signText(keysOf(secret), timestamp, body)).toBe(signature)
    })
  }
})

it('WH-01 one flipped bit anywhere fails', () => {
  const [{ secret, timestamp, body, signature }] = eventVectors
  const keys = keysOf(secret)
  fc.assert(
    fc.property(fc.constantFrom('timestamp', 'body', 'signature'), fc.nat(511), (where, bit) => {
      const changed = (part: string, text: string, encoding: 'utf8' | 'hex'): Buffer => {
        const bytes = Buffer.from(text, encoding)
        return where === part ? flipped(bytes, bit) : bytes
      }
      const signed = {
        timestamp: changed('timestamp', timestamp, 'utf8').toString('latin1'),
        body: changed('body', body, 'utf8'),
        signature: changed('signature', signature, 'hex').toString('hex'),
      }
      return !verifySignature(keys, signed)
    }),
    { numRuns: 500 },
  )
})

it('refuses a malformed signature before verifying it', () => {
  const keys = keysOf('x')
  const signed = { timestamp: '1', body: new Uint8Array() }
  const good = signText(keys, '1', '')
  for (const signature of ['', 'zz', good.slice(2), `${good}00`, `${good.slice(0, -2)}ff`, 'g'.repeat(128)]) {
    expect(verifySignature(keys, { ...signed, signature })).toBe(false)
  }
  expect(verifySignature(keys, { ...signed, signature: good.toUpperCase() })).toBe(true)
})

it('WH-05 secrets of any length sign and verify', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 80 }), fc.string(), (secret, body) => {
      const keys = keysOf(secret)
      const signature = signText(keys, '1760000000', body)
      return verifySignature(keys, { timestamp: '1760000000', body: Buffer.from(body), signature })
    }),
    { numRuns: 200 },
  )
  // Only the first 32 bytes of a long secret count, and repeating it changes nothing (§7.3).
  const start = 'a'.repeat(20) + 'b'.repeat(12)
  expect(signText(keysOf(`${start}tail`), '1', 'x')).toBe(signText(keysOf(start), '1', 'x'))
  expect(signText(keysOf('abc'), '1', 'x')).toBe(signText(keysOf('abcabc'), '1', 'x'))
})

describe('WH-02 the challenge', () => {
  for (const { name, secret, event_ts, plain_token, signature } of challengeVectors) {
    it(`is answered exactly: ${name}`, () => {
      expect(answerChallenge(keysOf(secret), { plain_token, event_ts })).toEqual({ plain_token, signature })
    })
  }

  it('accepts the time as a number too', () => {
    const [{ secret, plain_token, signature }] = challengeVectors
    expect(answerChallenge(keysOf(secret), { plain_token, event_ts: 1725442341 })?.signature).toBe(signature)
  })

  it('never signs an event', () => {
    const keys = keysOf('x')
    const tokens = ['{"op":0}', '{', '', 'a b', 'a'.repeat(65), 'ä', 7, null, undefined, ['a']]
    for (const plain_token of tokens) {
      expect(answerChallenge(keys, { plain_token, event_ts: '1760000000' })).toBe(null)
    }
    for (const event_ts of ['', '17600{', '1760000000{"op":0}', -1, 1.5, null, undefined]) {
      expect(answerChallenge(keys, { plain_token: 'abc', event_ts })).toBe(null)
    }
    for (const payload of [null, undefined, 'text', 7]) expect(answerChallenge(keys, payload)).toBe(null)
  })
})
