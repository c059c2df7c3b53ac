import type { DeliveryLease, MediaCache } from '@qqkit/core'

import { QueueLease } from '../worker/fence.js'
import type { SendCommand } from '../port/connection.js'
import { RedisError } from '../port/errors.js'
import { runScript, script, type Script } from '../queue/scripts.js'

/**
 * Saves a value for an event, for its owner alone. KEYS: own, value. ARGV: conversation, id and token with a blank between, then nothing to
 * remove the value, or the value and ms after which it is forgotten or ''. Returns 1, or 0 for another owner.
 */
export const keepScript: Script = script(`
local call = redis.call
call('SETRANGE', KEYS[2], 0, '')
if call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if not ARGV[3] then call('DEL', KEYS[2])
elseif ARGV[4] == '' then call('SET', KEYS[2], ARGV[3])
else call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4]) end
return 1
`)

/**
 * Saves a value in place of another one, for the owner of an event alone where there is one. KEYS: value, own. ARGV: the text that it must have ('': none), its
 * next text, ms until it is forgotten ('': never), conversation, id and token with a blank between, or ''. Returns 1; 0 where it has another text; -1 for
 * another owner.
 */
export const swapScript: Script = script(`
local call = redis.call
call('SETRANGE', KEYS[1], 0, '')
if ARGV[5] ~= '' and call('HGET', KEYS[2], ARGV[4]) ~= ARGV[5] then return -1 end
if (call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[3] == '' then call('SET', KEYS[1], ARGV[2]) else call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1
`)

/** Uploaded files by key. While the server is away, files are uploaded again. */
export const mediaCache = (send: SendCommand, prefix: string): MediaCache => ({
  get: async (key) => (await send(['GET', prefix + key])) as string | null,
  set: async (key, text, lifetime) => {
    const expiry = lifetime === null ? [] : ['PX', String(Math.max(1, Math.ceil(lifetime)))]
    await send(['SET', prefix + key, text, ...expiry])
  },
})

/** Values by key: a store for `session`, `history`, `throttle` and daily quotas. */
export interface RedisStates<T> {
  /** The last value; `undefined` if there is none. */
  load(key: string): Promise<T | undefined>
  /** @throws RedisError `redis_lost` where another process has the event of the lease */
  save(key: string, value: T, lease?: DeliveryLease): Promise<void>
  /** @throws RedisError `redis_lost` where another process has the event of the lease */
  remove(key: string, lease?: DeliveryLease): Promise<void>
  /**
   * Saves a value if the last one is still as `load` gave it.
   *
   * @throws RedisError `redis_lost` where another process has the event of the lease
   */
  swap(key: string, before: T | undefined, value: T, lease?: DeliveryLease): Promise<boolean>
}

/** Options of a store of values. */
export interface RedisStatesOptions {
  /** ms after its last save in which a value is forgotten; default never. */
  readonly ttl?: number
}

/** Values as JSON. While the server is away, every method rejects, and the handler that needs it fails. */
export const states = <T>(
  send: SendCommand,
  prefix: string,
  { ttl }: RedisStatesOptions,
): RedisStates<T> => ({
  load: async (key) => {
    const text = (await send(['GET', prefix + key])) as string | null
    return text === null ? undefined : (JSON.parse(text) as T)
  },
  save: async (key, value, lease) => {
    const text = JSON.stringify(value)
    const expiry = ttl === undefined ? '' : String(ttl)
    if (lease instanceof QueueLease) return keep(send, lease, prefix + key, [text, expiry])
    await send(['SET', prefix + key, text, ...(expiry === '' ? [] : ['PX', expiry])])
  },
  remove: async (key, lease) => {
    if (lease instanceof QueueLease) return keep(send, lease, prefix + key, [])
    await send(['DEL', prefix + key])
  },
  // A text that was parsed and written again is the same: all of them were written here.
  swap: async (key, before, value, lease) => {
    const texts = [
      before === undefined ? '' : JSON.stringify(before),
      JSON.stringify(value),
      String(ttl ?? ''),
    ]
    const place = prefix + key
    if (!(lease instanceof QueueLease)) {
      // Without an owner the second key is not read.
      return (await runScript(send, swapScript, [place, place], [...texts, '', ''])) === 1
    }
    const swapped = await lease.fence.write(async ({ ownKey, conversation, owner }) => {
      const answer = await runScript(send, swapScript, [place, ownKey], [...texts, conversation, owner])
      return answer === -1 ? null : { isSaved: answer === 1 }
    })
    if (!swapped) throw new RedisError('redis_lost')
    return swapped.isSaved
  },
})

const KEPT = {}

const keep = async (
  send: SendCommand,
  { fence }: QueueLease,
  key: string,
  args: readonly string[],
): Promise<void> => {
  const kept = await fence.write(async ({ ownKey, conversation, owner }) => {
    const answer = await runScript(send, keepScript, [ownKey, key], [conversation, owner, ...args])
    return answer === 1 ? KEPT : null
  })
  if (!kept) throw new RedisError('redis_lost')
}
