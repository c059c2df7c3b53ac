import type { SendCommand } from '../port/connection.js'
import { runScript, script, type Script } from '../queue/scripts.js'

/** The part of a parked reply that the store looks at. */
interface Parked {
  /** Replies of a place are in the order of their ids. */
  readonly id: string
}

/** A store of parked replies, as a bot takes it. */
export interface RedisParkStore<R extends Parked = Parked> {
  put(place: string, reply: R): Promise<readonly R[]>
  take(place: string): Promise<R | null>
  close(): Promise<readonly R[]>
}

/** How many replies may wait. */
export interface RedisParkLimits {
  /** In one place; the oldest are dropped. Default 10. */
  readonly perPlace?: number
  /** In all of them; the oldest are dropped. Default 1 000. */
  readonly total?: number
}

/**
 * Adds a reply, and drops the oldest beyond the limits. KEYS: by place, by id, bodies, gate (never written). ARGV: place, id, body, limit of a place,
 * limit of all. Returns the bodies that were dropped.
 */
export const putScript: Script = script(`
local call = redis.call
local places, ids, bodies = KEYS[1], KEYS[2], KEYS[3]
call('SETRANGE', KEYS[4], 0, '')
local place, id, dropped = ARGV[1], ARGV[2], {}
local function drop(p, i)
  dropped[#dropped + 1] = call('HGET', bodies, i)
  call('HDEL', bodies, i)
  call('ZREM', places, p .. '\\0' .. i)
  call('ZREM', ids, i .. '\\0' .. p)
end
call('HSET', bodies, id, ARGV[3])
call('ZADD', places, 0, place .. '\\0' .. id)
call('ZADD', ids, 0, id .. '\\0' .. place)
local from, to = '[' .. place .. '\\0', '(' .. place .. '\\1'
if call('ZLEXCOUNT', places, from, to) > tonumber(ARGV[4]) then
  drop(place, string.sub(call('ZRANGEBYLEX', places, from, to, 'LIMIT', 0, 1)[1], #place + 2))
end
if call('ZCARD', ids) > tonumber(ARGV[5]) then
  local i, p = string.match(call('ZRANGE', ids, 0, 0)[1], '^(.-)%z(.*)$')
  drop(p, i)
end
return dropped
`)

/** Removes the oldest reply of a place. KEYS: by place, by id, bodies. ARGV: place. Returns its body, or nothing. */
export const takeScript: Script = script(`
local call = redis.call
local places, ids, bodies = KEYS[1], KEYS[2], KEYS[3]
call('HDEL', bodies, '')
local place = ARGV[1]
local first = call('ZRANGEBYLEX', places, '[' .. place .. '\\0', '(' .. place .. '\\1', 'LIMIT', 0, 1)[1]
if not first then return false end
local id = string.sub(first, #place + 2)
local body = call('HGET', bodies, id)
call('HDEL', bodies, id)
call('ZREM', places, first)
call('ZREM', ids, id .. '\\0' .. place)
return body
`)

const PER_PLACE = 10
const TOTAL = 1000

/** Parked replies on the server: any process sends them, each once. While the server is away, no reply is parked. */
export const parkStore = <R extends Parked>(
  send: SendCommand,
  prefix: string,
  { perPlace = PER_PLACE, total = TOTAL }: RedisParkLimits,
): RedisParkStore<R> => {
  const keys = ['places', 'ids', 'bodies', 'gate'].map((name) => `${prefix}park:${name}`)
  return {
    put: async (place, reply) => {
      const args = [place, reply.id, JSON.stringify(reply), String(perPlace), String(total)]
      const dropped = (await runScript(send, putScript, keys, args)) as readonly string[]
      return dropped.map((body) => JSON.parse(body) as R)
    },
    take: async (place) => {
      const body = (await runScript(send, takeScript, keys, [place])) as string | null
      return body === null ? null : (JSON.parse(body) as R)
    },
    // They are the next process's as much as this one's.
    close: async () => [],
  }
}
