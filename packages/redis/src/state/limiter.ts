import type {
  Clock,
  Limiter,
  LimitOutcome,
  LimitPermit,
  LimitRefusal,
  LimitScope,
  LogSink,
} from '@qqkit/core'
import { onAbort, withDeadline } from '@qqkit/core/internal'

import { LocalWindows, type WindowRule } from '../decisions/local-windows.js'
import { Wake } from '../port/wake.js'
import type { SendCommand } from '../port/connection.js'
import { NOW, nowArgument, runScript, script, type Script } from '../queue/scripts.js'

/**
 * `mend(key, count)`: where the clock of the server was set back, stamps lie in the future, and would hold the window for as long as it was
 * set back; they count as taken now.
 */
const MEND = `
local function stampOf(entry) return tonumber(string.match(entry, '^[^ ]+')) end
local function mend(key, count)
  if count == 0 or stampOf(call('LINDEX', key, -1)) <= now then return end
  local entries = call('LRANGE', key, 0, -1)
  local left = call('PTTL', key)
  call('DEL', key)
  for _, entry in ipairs(entries) do
    local stamp = math.min(stampOf(entry), now)
    call('RPUSH', key, string.format('%.3f', stamp) .. string.match(entry, ' .*$'))
  end
  call('PEXPIRE', key, math.max(1, left))
end
`

/**
 * Takes a place in sliding windows, all or none. KEYS: hold of the target, hold of the class, refused targets, workers, then the log of each
 * window. ARGV: ms ('': those of the server), id, then requests and ms of each window. Returns ms to wait (0: taken), how many
 * targets were refused in a row, and how many workers there are.
 */
export const takeScript: Script = script(`
local call = redis.call
call('SREM', KEYS[3], '')
${NOW}
${MEND}
local wait = 0
for i = 1, 2 do
  local held = call('GET', KEYS[i])
  if held then
    local till, ms = string.match(held, '^([^ ]+) ?(.*)$')
    ms = tonumber(ms) or till - now
    -- The same for a hold.
    if till - now > ms + 1 then
      till = now + ms
      call('SET', KEYS[i], string.format('%.3f', till) .. ' ' .. string.format('%.3f', ms), 'KEEPTTL')
    end
    wait = math.max(wait, till - now)
  end
end
for i = 5, #KEYS do
  local requests, window = tonumber(ARGV[2 * i - 7]), tonumber(ARGV[2 * i - 6])
  local count = call('LLEN', KEYS[i])
  mend(KEYS[i], count)
  if count >= requests then
    local stamp = string.match(call('LINDEX', KEYS[i], count - requests), '^[^ ]+')
    wait = math.max(wait, stamp + window - now)
  end
end
local refused, workers = call('SCARD', KEYS[3]), call('ZCARD', KEYS[4])
-- Less than is printed would read as a place.
if wait > 0 then return {string.format('%.3f', math.max(wait, 0.001)), refused, workers} end
for i = 5, #KEYS do
  call('RPUSH', KEYS[i], string.format('%.3f', now) .. ' ' .. ARGV[2])
  call('LTRIM', KEYS[i], -tonumber(ARGV[2 * i - 7]), -1)
  call('PEXPIRE', KEYS[i], ARGV[2 * i - 6])
end
return {'0', refused, workers}
`)

/** Takes back an attempt that was not made. KEYS: logs. ARGV: id. */
export const giveBackScript: Script = script(`
local call = redis.call
call('LREM', KEYS[1], 0, '')
for i = 1, #KEYS do
  for _, entry in ipairs(call('LRANGE', KEYS[i], 0, -1)) do
    if string.match(entry, ' (.*)$') == ARGV[1] then call('LREM', KEYS[i], 1, entry) end
  end
end
return 1
`)

/**
 * Holds a target back, and its class after several targets in a row. KEYS: hold of the target, hold of the class, refused
 * targets. ARGV: ms ('': those of the server), target, ms of the hold, how many are several.
 */
export const holdScript: Script = script(`
local call = redis.call
call('SREM', KEYS[3], '')
${NOW}
local function hold(key)
  local known = call('GET', key)
  if known and tonumber(string.match(known, '^[^ ]+')) >= now + ARGV[3] then return end
  call('SET', key, string.format('%.3f', now + ARGV[3]) .. ' ' .. ARGV[3], 'PX', math.max(1, math.ceil(ARGV[3])))
end
call('SADD', KEYS[3], ARGV[2])
call('PEXPIRE', KEYS[3], 600000)
hold(KEYS[1])
if ARGV[2] == '' or call('SCARD', KEYS[3]) >= tonumber(ARGV[4]) then hold(KEYS[2]) end
return 1
`)

/** A number of requests in a time, for the whole bot or per target. */
export interface SharedLimit {
  readonly requests: number
  readonly windowMs: number
  /** `'bot'`, or what it is counted by. */
  readonly per: string
}

/** Limits by route class, as `rateLimits` of `@qqkit/protocol` has them. */
export type SharedLimits = Readonly<Record<string, SharedLimit | readonly SharedLimit[] | null | undefined>>

/** Dependencies of a {@link RedisLimiter}. */
export interface RedisLimiterDeps {
  readonly send: SendCommand
  readonly prefix: string
  readonly clock: Clock
  readonly log: LogSink
  readonly limits: SharedLimits
  /** Attempts of this process at once, and those beyond that for priority 0. */
  readonly concurrency: number
  readonly reserved: number
  /** Makes the names of attempts unique. */
  readonly process: string
  /** Wall ms; default: those of the server. */
  readonly now?: (() => number) | undefined
  /** Counts proactive messages. */
  readonly quotas?: Limiter
}

/** Hold after a refusal that names no time, in ms. */
const PAUSE = 1000
/** After this many targets refused in a row the class is held. */
const SEVERAL = 3
/** ms that the server may take before this process counts alone. */
const PATIENCE = 200
/** Counted per target. */
const PER_TARGET: ReadonlySet<string> = new Set(['channel', 'guild', 'user', 'group'])
/** ms between two looks while another call has the last place. */
const CROWDED = 1000

interface Waiter {
  readonly priority: number
  readonly order: number
  readonly giveUpAt: number
  readonly answer: (answer: LimitPermit | LimitRefusal) => void
}

interface Window extends WindowRule {
  readonly key: string
}

/** The waiting calls of one class and target in this process, and its keys: there while calls wait. */
interface Lane {
  readonly routeClass: string
  readonly target: string
  readonly windows: readonly Window[]
  readonly waiters: Waiter[]
  readonly wake: Wake
  /** Whether calls have to wait: only then does their priority count. */
  closed: boolean
  /** Whether targets of the class were refused lately. */
  refused: boolean
}

/**
 * Keeps all processes of a bot inside the limits together: exact sliding windows on the server. Order and priorities are those of this
 * process; only its first call asks. While the server is away, this process counts its share of the limits alone, and says so.
 */
export class RedisLimiter implements Limiter {
  readonly quotas?: Limiter
  readonly #deps: RedisLimiterDeps
  readonly #local = new LocalWindows()
  readonly #lanes = new Map<string, Lane>()
  #order = 0
  #busy = 0
  #workers = 1
  #isLocal = false
  /** The last report to the server. */
  #told: Promise<unknown> = Promise.resolve()

  constructor(deps: RedisLimiterDeps) {
    this.#deps = deps
    if (deps.quotas) this.quotas = deps.quotas
  }

  async acquire(scope: LimitScope, signal: AbortSignal): Promise<LimitPermit | LimitRefusal> {
    signal.throwIfAborted()
    const known = this.#lanes.get(nameOf(scope))
    const lane = known ?? this.#makeLane(scope)
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        priority: scope.priority,
        order: ++this.#order,
        giveUpAt: this.#deps.clock.now() + scope.maxWait,
        answer: (answer) => {
          leave()
          resolve(answer)
        },
      }
      const leave = onAbort(signal, () => {
        remove(lane.waiters, waiter)
        reject(signal.reason as Error)
        lane.wake.now()
      })
      lane.waiters.push(waiter)
      if (lane.closed) lane.waiters.sort(byPriority)
      lane.wake.now()
      if (!known) void this.#serve(lane)
    })
  }

  #makeLane({ routeClass, target }: LimitScope): Lane {
    const { limits, prefix, clock } = this.#deps
    const windows = [limits[routeClass] ?? []].flat().map(({ requests, windowMs, per }, index) => ({
      key: `${prefix}limit:${routeClass}:${index}:${PER_TARGET.has(per) ? target : ''}`,
      requests,
      windowMs,
    }))
    return {
      routeClass,
      target,
      windows,
      waiters: [],
      wake: new Wake(clock),
      closed: false,
      refused: false,
    }
  }

  /** Serves the calls of a lane, one after the other. Those that come meanwhile join it. */
  async #serve(lane: Lane): Promise<void> {
    const { clock } = this.#deps
    this.#lanes.set(nameOf(lane), lane)
    while (lane.waiters.length > 0) {
      const [first] = lane.waiters
      if (!this.#hasPlace(first!.priority)) {
        await lane.wake.wait(CROWDED)
        continue
      }
      this.#busy += 1
      const id = `${this.#deps.process}/${++this.#order}`
      const wait = await this.#ask(lane, id)
      // The first may be another by now, or none.
      const waiter = wait === 0 ? lane.waiters.shift() : undefined
      if (waiter) {
        waiter.answer(this.#permit(lane, id))
        continue
      }
      this.#busy -= 1
      if (wait === 0) this.#giveBack(lane, id)
      const now = clock.now()
      lane.closed = true
      lane.waiters.sort(byPriority)
      const late = lane.waiters.filter((one) => now + wait > one.giveUpAt)
      for (const one of late) {
        remove(lane.waiters, one)
        one.answer({ granted: false, retryAfter: wait })
      }
      if (lane.waiters.length > 0) await lane.wake.wait(wait)
    }
    this.#lanes.delete(nameOf(lane))
  }

  #hasPlace(priority: number): boolean {
    const { concurrency, reserved } = this.#deps
    return this.#busy < concurrency + (priority <= 0 ? reserved : 0)
  }

  /** ms to wait; 0: a place was taken under this id. */
  async #ask(lane: Lane, id: string): Promise<number> {
    const { clock, log, now } = this.#deps
    await this.#told
    const rules = lane.windows.flatMap(({ requests, windowMs }) => [String(requests), String(windowMs)])
    const keys = [...this.#holds(lane), `${this.#deps.prefix}workers`, ...lane.windows.map(({ key }) => key)]
    const args = [nowArgument(now), id, ...rules]
    try {
      const onTimeout = (): Error => new Error(`Redis did not answer within ${PATIENCE} ms`)
      const asking = async (): Promise<unknown> => runScript(this.#deps.send, takeScript, keys, args)
      const reply = await withDeadline({ clock, ms: PATIENCE, onTimeout }, asking)
      const [wait, refused, workers] = reply as readonly [string, number, number]
      this.#workers = Math.max(1, workers)
      lane.refused = refused > 0
      if (this.#isLocal)
        log({ level: 'info', event: 'redis.limits_shared', message: 'limits are shared again' })
      this.#isLocal = false
      return Math.ceil(Number(wait))
    } catch (error) {
      const message = 'limits are not shared while Redis is away; each process keeps to its share'
      if (!this.#isLocal) log({ level: 'warn', event: 'redis.limits_local', message, error })
      this.#isLocal = true
      return this.#local.take(lane.windows, clock.now(), this.#workers)
    }
  }

  #holds({ routeClass, target }: Lane): readonly string[] {
    const base = `${this.#deps.prefix}limit:${routeClass}`
    return [`${base}:hold:${target}`, `${base}:hold`, `${base}:refused`]
  }

  #permit(lane: Lane, id: string): LimitPermit {
    let settled = false
    return {
      granted: true,
      settle: (outcome) => {
        if (settled) return
        settled = true
        this.#busy -= 1
        this.#settle(lane, id, outcome)
        for (const one of this.#lanes.values()) one.wake.now()
      },
    }
  }

  #settle(lane: Lane, id: string, outcome: LimitOutcome): void {
    if (outcome.kind === 'not_sent') this.#giveBack(lane, id)
    else if (outcome.kind === 'limited') {
      const args = [
        nowArgument(this.#deps.now),
        lane.target,
        String(outcome.retryAfter ?? PAUSE),
        String(SEVERAL),
      ]
      this.#tell(async () => runScript(this.#deps.send, holdScript, this.#holds(lane), args))
    } else if (lane.refused) this.#tell(async () => this.#deps.send(['DEL', this.#holds(lane)[2]!]))
  }

  #giveBack(lane: Lane, id: string): void {
    const keys = lane.windows.map(({ key }) => key)
    this.#local.giveBack(keys)
    if (keys.length > 0) this.#tell(async () => runScript(this.#deps.send, giveBackScript, keys, [id]))
  }

  /** A report that fails costs an attempt, or lets one through too early. Who waits looks again afterwards. */
  #tell(work: () => Promise<unknown>): void {
    const look = (): void => {
      for (const one of this.#lanes.values()) one.wake.now()
    }
    // One after the other: a script may have to be sent again.
    this.#told = this.#told.then(work).then(look, look)
  }
}

const nameOf = ({ routeClass, target }: Pick<LimitScope, 'routeClass' | 'target'>): string =>
  `${routeClass} ${target}`

const byPriority = (one: Waiter, other: Waiter): number =>
  one.priority - other.priority || one.order - other.order

const remove = (waiters: Waiter[], waiter: Waiter): void => {
  const at = waiters.indexOf(waiter)
  if (at !== -1) waiters.splice(at, 1)
}
