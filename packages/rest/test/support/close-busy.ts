/** Program: closes a client with calls in every state, and prints what keeps the process alive. */
import process from 'node:process'

import { Rest } from '../../src/index.js'

const [, , baseUrl = '', appId = '', secret = ''] = process.argv
const options = {
  appId,
  secret,
  baseUrl,
  limits: { 'c2c.messages': { requests: 1, windowMs: 3_600_000, per: 'bot' } },
  timeout: 8_000_000,
  attemptTimeout: 3_600_000,
  retry: { maxRetryAfter: 3_600_000 },
} as const
const rest = new Rest(options)
const tokenless = new Rest({ ...options, tokenUrl: `${baseUrl}/silent` })
const ended = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => Reflect.get(error as object, 'code'))

const held = await rest.send({ scene: 'channel', id: 'held-back' }, 'waits for an audit')
if (held.kind !== 'audit') throw new Error('expected an audit')
await rest.send({ scene: 'c2c', id: 'ann' }, 'takes the only place')

const busy = [
  held.audited({ timeout: 3_600_000 }),
  rest.send({ scene: 'c2c', id: 'ann' }, 'waits for a place'),
  rest.send({ scene: 'group', id: 'limited' }, 'waits after a 429'),
  rest.send({ scene: 'dm', id: 'silent' }, 'waits for an answer'),
  tokenless.send({ scene: 'group', id: 'room' }, 'waits for a token'),
].map(ended)
await new Promise((resolve) => process.once('message', resolve))
const closing = [rest, tokenless].map((client) => client.close({ timeout: 20 }))
process.disconnect()
await Promise.all(closing)
const left = process.getActiveResourcesInfo().filter((name) => /Timeout|TCP|Immediate/.test(name))
process.stdout.write(JSON.stringify({ ended: await Promise.all(busy), left }))
