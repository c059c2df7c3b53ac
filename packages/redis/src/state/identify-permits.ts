import type { Clock, IdentifyBudget, IdentifyPermit, IdentifyPermits, LogSink, ShardId } from '@qqkit/core'
import { abortable, onAbort } from '@qqkit/core/internal'

import { Wake } from '../port/wake.js'
import type { SendCommand } from '../port/connection.js'
import type { ServerTime } from '../queue/server-time.js'
import { CLOCK, script, type Script } from '../queue/scripts.js'

/**
 * Asks for a permit, in the order of the first asking. KEYS: clock, budget, used, held, queue, beats. ARGV: clock, ticket.
 * Returns ms to wait (0: granted), permits left of the day ('': unlimited), ms until the day ends, and the time.
 */
export const acquireScript: Script = script(`
local call = redis.call
local budget, used, held, queue, beats = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
call('ZREM', used, '')
${CLOCK}
local ticket = ARGV[2]
-- What was stamped in a doubt that is over was stamped until now.
for _, key in ipairs({used, held}) do
  for _, one in ipairs(call('ZRANGEBYSCORE', key, string.format('(%.3f', at), '+inf')) do call('ZADD', key, string.format('%.3f', at), one) end
end
call('ZREMRANGEBYSCORE', used, '-inf', string.format('%.3f', now - 5000))
call('ZREMRANGEBYSCORE', held, '-inf', string.format('%.3f', now - 60000))
if not call('ZSCORE', queue, ticket) then call('ZADD', queue, call('HINCRBY', budget, 'tickets', 1), ticket) end
call('HSET', beats, ticket, string.format('%.3f', now))
for _, other in ipairs(call('ZRANGE', queue, 0, -1)) do
  local beat = call('HGET', beats, other)
  if not beat or tonumber(beat) < now - 15000 then
    call('ZREM', queue, other)
    call('HDEL', beats, other)
  end
end
local known = call('HMGET', budget, 'most', 'total', 'remaining', 'resetAt', 'notBefore')
local remaining, resetAt = tonumber(known[3]), tonumber(known[4])
if resetAt and now >= resetAt then
  remaining, resetAt = tonumber(known[2]), now + 86400000
  call('HSET', budget, 'remaining', known[2], 'resetAt', string.format('%.3f', resetAt))
end
local left = resetAt and math.max(0, resetAt - now) or 0
if remaining and remaining <= 0 then return {string.format('%.3f', math.max(1, left)), '0', string.format('%.3f', left), time} end
-- Below half of the budget the rest is spread over the time to the reset.
local notBefore, half = tonumber(known[5]), tonumber(known[2] or '0') / 2
local function pause() return math.ceil(left / math.max(1, remaining)) end
if remaining and remaining < half and notBefore then
  -- The clock may have been set: one pause is the longest wait.
  local wait = math.min(notBefore - now, pause())
  if wait > 0 then return {string.format('%.3f', math.max(1, wait)), tostring(remaining), string.format('%.3f', left), time} end
end
local free = tonumber(known[1] or '1') - call('ZCARD', used) - call('ZCARD', held)
if call('ZRANK', queue, ticket) >= free then
  local oldest = call('ZRANGE', used, 0, 0, 'WITHSCORES')[2]
  local wait = oldest and math.max(1, oldest + 5000 - now) or 1000
  return {string.format('%.3f', wait), remaining and tostring(remaining) or '', string.format('%.3f', left), time}
end
call('ZREM', queue, ticket)
call('HDEL', beats, ticket)
call('ZADD', held, string.format('%.3f', at), ticket)
if remaining then
  remaining = call('HINCRBY', budget, 'remaining', -1)
  if remaining < half then
    -- A tenth of the time may be used at once, so that many shards can start together.
    local from = math.max(notBefore or 0, now - left / 10)
    call('HSET', budget, 'notBefore', string.format('%.3f', from + pause()))
  else call('HDEL', budget, 'notBefore') end
end
return {'0', remaining and tostring(remaining) or '', string.format('%.3f', left), time}
`)

/** Returns a permit, or leaves the queue. KEYS: clock, budget, used, held, queue, beats. ARGV: clock, ticket, `used`, `unused` or `leave`. */
export const releaseScript: Script = script(`
local call = redis.call
call('ZREM', KEYS[3], '')
${CLOCK}
call('ZREM', KEYS[5], ARGV[2])
call('HDEL', KEYS[6], ARGV[2])
local had = call('ZREM', KEYS[4], ARGV[2]) == 1
-- Also one that was held for too long.
if ARGV[3] == 'used' then call('ZADD', KEYS[3], string.format('%.3f', at), ARGV[2])
elseif had then
  local known = call('HMGET', KEYS[2], 'remaining', 'resetAt', 'notBefore')
  if known[1] then call('HINCRBY', KEYS[2], 'remaining', 1) end
  if known[3] then
    local pause = math.max(0, known[2] - now) / math.max(1, tonumber(known[1]))
    call('HSET', KEYS[2], 'notBefore', string.format('%.3f', known[3] - pause))
  end
end
return {1, time}
`)

/** Takes the budget that the platform reported. KEYS: clock, budget. ARGV: clock, most at once, total, remaining, ms until the reset. */
export const updateScript: Script = script(`
local call = redis.call
call('HDEL', KEYS[2], '')
${CLOCK}
call('HSET', KEYS[2], 'most', ARGV[2], 'total', ARGV[3], 'remaining', ARGV[4], 'resetAt', string.format('%.3f', at + ARGV[5]))
return {1, time}
`)

/** Dependencies of {@link RedisIdentifyPermits}. */
export interface IdentifyPermitsDeps {
  readonly send: SendCommand
  readonly prefix: string
  readonly clock: Clock
  readonly log: LogSink
  readonly process: string
  /** By which the budget is counted. */
  readonly time: ServerTime
}

/** ms between two looks at a queue that other processes may shorten; a tenth of a longer wait. */
const LOOK = 1000
const SHARE = 0.1
/** ms until a server that is away is asked again. */
const AWAY = 1000

/**
 * Shares the budget of session starts among all processes of a bot. While the server is away no session starts: the budget of the day is
 * never exceeded, and a resume needs no permit.
 */
export class RedisIdentifyPermits implements IdentifyPermits {
  readonly #deps: IdentifyPermitsDeps
  readonly #keys: readonly string[]
  readonly #waiting = new Set<Wake>()
  #tickets = 0
  /** The budget of the day as this process knows it; times of the clock. */
  #remaining: number | null = null
  #resetAt = 0
  #isAway = false

  constructor(deps: IdentifyPermitsDeps) {
    this.#deps = deps
    this.#keys = ['budget', 'used', 'held', 'queue', 'beats'].map((name) => `${deps.prefix}permits:${name}`)
  }

  update({ total, remaining, resetAfter, maxConcurrency }: IdentifyBudget): void {
    this.#learn(remaining, resetAfter)
    const { send, time } = this.#deps
    const args = [maxConcurrency, total, remaining, resetAfter].map(String)
    this.#tell(async () => time.run(send, updateScript, this.#keys.slice(0, 1), args))
  }

  budgetDelay(): number {
    if (this.#remaining === null || this.#remaining > 0) return 0
    return Math.max(0, this.#resetAt - this.#deps.clock.now())
  }

  async acquire(_shard: ShardId, signal: AbortSignal): Promise<IdentifyPermit> {
    signal.throwIfAborted()
    const { clock, process } = this.#deps
    const ticket = `${process}/${++this.#tickets}`
    const wake = new Wake(clock)
    this.#waiting.add(wake)
    const asking = this.#askUntilGranted(ticket, wake, signal)
    const leave = onAbort(signal, () => wake.now())
    try {
      return await abortable(asking, signal)
    } finally {
      leave()
      this.#waiting.delete(wake)
    }
  }

  async #askUntilGranted(ticket: string, wake: Wake, signal: AbortSignal): Promise<IdentifyPermit> {
    for (;;) {
      const wait = await this.#ask(ticket)
      if (signal.aborted) {
        this.#release(ticket, wait === 0 ? 'unused' : 'leave')
        throw signal.reason as Error
      }
      if (wait === 0) return this.#permit(ticket)
      await wake.wait(Math.min(wait, Math.max(LOOK, Math.ceil(wait * SHARE))))
      if (!signal.aborted) continue
      this.#release(ticket, 'leave')
      throw signal.reason as Error
    }
  }

  async #ask(ticket: string): Promise<number> {
    const { send, time, log } = this.#deps
    try {
      const { reply } = await time.run(send, acquireScript, this.#keys, [ticket])
      const [wait = '0', remaining = '', left = '0'] = reply as readonly string[]
      if (remaining !== '') this.#learn(Number(remaining), Number(left))
      this.#isAway = false
      return Math.ceil(Number(wait))
    } catch (error) {
      const message = 'no new session is started while Redis is away; sessions are resumed all the same'
      if (!this.#isAway) log({ level: 'warn', event: 'redis.permits_wait', message, error })
      this.#isAway = true
      return AWAY
    }
  }

  #permit(ticket: string): IdentifyPermit {
    let released = false
    return {
      release: ({ used }) => {
        if (released) return
        released = true
        if (!used && this.#remaining !== null) this.#remaining += 1
        this.#release(ticket, used ? 'used' : 'unused')
      },
    }
  }

  #release(ticket: string, how: 'used' | 'unused' | 'leave'): void {
    const { send, time } = this.#deps
    this.#tell(async () => time.run(send, releaseScript, this.#keys, [ticket, how]))
  }

  #learn(remaining: number, resetAfter: number): void {
    this.#remaining = remaining
    this.#resetAt = this.#deps.clock.now() + resetAfter
  }

  /** What is lost here is held for a minute, or told by the platform again. Who waits looks again. */
  #tell(work: () => Promise<unknown>): void {
    const look = (): void => {
      for (const wake of this.#waiting) wake.now()
    }
    work().then(look, look)
  }
}
