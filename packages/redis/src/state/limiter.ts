import type {
  Clock,
  Limiter,
  LimitOutcome,
  LimitPermit,
  LimitRefusal,
  LimitScope,
  LogSink,
} from '@qqkit/core'
import { onAbort, permit, timedPermit, withDeadline } from '@qqkit/core/internal'
import { isPerTarget } from '@qqkit/protocol'

import { Leeway, LONGEST_LEEWAY } from '../decisions/leeway.js'
import type { WindowRule } from '../decisions/lent-share.js'
import { Wake } from '../port/wake.js'
import type { SendCommand } from '../port/connection.js'
import type { ServerTime } from '../queue/server-time.js'
import type { Counts, LimitAnswer, LimitMember } from './limit-member.js'
import { endScript, holdScript } from './limit-scripts.js'

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
  /** By which windows run. */
  readonly time: ServerTime
  /** This process among those that share the limits. */
  readonly member: LimitMember
  /** Whether an attempt counts from its leaving (default), or from its answer, the latest time at which it can have arrived. */
  readonly countsFrom?: Counts['from']
  /** Counts proactive messages. */
  readonly quotas?: Limiter
}

/** Hold after a refusal that names no time, in ms. */
const PAUSE = 1000
/** After this many targets refused in a row the class is held. */
const SEVERAL = 3
/** ms that the server may take, until it is asked again, and in which a process that counts alone does not ask. */
const PATIENCE = 200
const AGAIN = 1000
/** ms after which an attempt without an answer counts as answered: its process may have died. */
const OPEN = 60_000
/** ms between two looks while another call has the last place. */
const CROWDED = 1000

interface Waiter {
  readonly priority: number
  readonly order: number
  readonly giveUpAt: number
  readonly answer: (answer: LimitPermit | LimitRefusal) => void
}

/** Where a place was taken: on the server, with ms after the asking in which the attempt has to leave, or alone at a time. */
type Place =
  | { readonly of: 'server'; readonly within: number }
  | { readonly of: 'share'; readonly at: number }

/** The waiting calls of one class and target in this process, and its keys: there while calls wait. */
interface Lane {
  readonly routeClass: string
  readonly target: string
  readonly windows: readonly WindowRule[]
  readonly waiters: Waiter[]
  readonly wake: Wake
  /** Whether calls have to wait: only then does their priority count. */
  closed: boolean
  /** Whether targets of the class were refused lately. */
  refused: boolean
}

/**
 * Keeps all processes of a bot inside the limits together: exact sliding windows on the server. Order and priorities are those of this
 * process; only its first call asks. A process that the server does not answer waits, then takes from its share (`LentShare`), and says so.
 */
export class RedisLimiter implements Limiter {
  readonly quotas?: Limiter
  readonly #deps: RedisLimiterDeps
  readonly #lanes = new Map<string, Lane>()
  readonly #leeway = new Leeway()
  #order = 0
  #busy = 0
  /** Since when the server has not answered; `null` while it does. */
  #awaySince: number | null = null
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
    const windows = [limits[routeClass] ?? []].flat().map((limit, index) => ({
      key: `${prefix}limit:${routeClass}:${index}:${isPerTarget(limit) ? target : ''}`,
      requests: limit.requests,
      windowMs: limit.windowMs,
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
      const askedAt = clock.now()
      const asked = await this.#ask(lane, id)
      // The first may be another by now, or none.
      const waiter = typeof asked === 'number' ? undefined : lane.waiters.shift()
      if (waiter && typeof asked !== 'number') {
        waiter.answer(this.#permit(lane, id, asked, askedAt))
        continue
      }
      this.#busy -= 1
      if (typeof asked !== 'number') this.#giveBack(lane, id, asked)
      const wait = typeof asked === 'number' ? asked : 0
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

  /** A place that was taken under this id, or ms to wait. */
  async #ask(lane: Lane, id: string): Promise<Place | number> {
    const { clock, log } = this.#deps
    if (this.#awaySince !== null && clock.now() - this.#awaySince < AGAIN) return this.#takeAlone(lane)
    const counts = this.#counts
    const place = { of: 'server', within: counts.within } as const
    const asking = this.#take(lane, id, counts)
    try {
      const onTimeout = (): Error => new Error(`Redis did not answer within ${PATIENCE} ms`)
      const { wait, refused } = await withDeadline({ clock, ms: PATIENCE, onTimeout }, async () => asking)
      lane.refused = refused > 0
      if (this.#awaySince !== null)
        log({ level: 'info', event: 'redis.limits_shared', message: 'limits are shared again' })
      this.#awaySince = null
      return wait === 0 ? place : wait
    } catch (error) {
      const message =
        'limits are not shared while Redis is away; each process waits, and then keeps to its share'
      if (this.#awaySince === null) log({ level: 'warn', event: 'redis.limits_local', message, error })
      this.#awaySince = clock.now()
      // A place that comes too late is not used.
      asking.then(
        ({ wait }) => wait === 0 && this.#giveBack(lane, id, place),
        () => {},
      )
      return this.#takeAlone(lane)
    }
  }

  async #take(lane: Lane, id: string, counts: Counts): Promise<LimitAnswer> {
    await this.#told
    const keys = [...this.#holds(lane), ...lane.windows.map(({ key }) => key)]
    return this.#deps.member.take(keys, id, { counts, rules: rulesOf(lane) })
  }

  get #counts(): Counts {
    if (this.#deps.countsFrom === 'answer') return { from: 'answer', within: OPEN }
    return { from: 'leaving', within: this.#leeway.ms }
  }

  #takeAlone(lane: Lane): Place | number {
    // What counts from its answer has no place in a share, which is of grants.
    if (this.#counts.from === 'answer' && lane.windows.length > 0) return AGAIN
    const at = this.#deps.clock.now()
    const wait = this.#deps.member.share.take(lane.windows, at)
    return wait === 0 ? { of: 'share', at } : Math.min(wait, AGAIN)
  }

  #holds({ routeClass, target }: Lane): readonly string[] {
    const base = `${this.#deps.prefix}limit:${routeClass}`
    return [`${base}:hold:${target}`, `${base}:hold`, `${base}:refused`]
  }

  /** @param askedAt since when a place on the server may count */
  #permit(lane: Lane, id: string, place: Place, askedAt: number): LimitPermit {
    const onSettled = (outcome: LimitOutcome): void => {
      this.#busy -= 1
      this.#settle(lane, id, place, outcome)
      for (const one of this.#lanes.values()) one.wake.now()
    }
    if (lane.windows.length === 0 || this.#counts.from === 'answer') return permit(onSettled)
    const { clock } = this.#deps
    if (place.of === 'share')
      return timedPermit(onSettled, { clock, since: place.at, within: LONGEST_LEEWAY })
    const { within } = place
    return timedPermit(onSettled, {
      clock,
      since: askedAt,
      within,
      onAsked: (ms) => this.#leeway.needed(ms),
    })
  }

  #settle(lane: Lane, id: string, place: Place, outcome: LimitOutcome): void {
    const { send, time } = this.#deps
    if (outcome.kind === 'not_sent') return this.#giveBack(lane, id, place)
    if (this.#counts.from === 'answer') this.#end(lane, id, 'now')
    if (outcome.kind === 'limited') {
      const args = [lane.target, String(outcome.retryAfter ?? PAUSE), String(SEVERAL)]
      this.#tell(async () => time.run(send, holdScript, this.#holds(lane), args))
    } else if (lane.refused) this.#tell(async () => send(['DEL', this.#holds(lane)[2]!]))
  }

  #giveBack(lane: Lane, id: string, place: Place): void {
    if (place.of === 'server') return this.#end(lane, id, 'back')
    const keys = lane.windows.map(({ key }) => key)
    this.#deps.member.share.giveBack(keys, place.at)
  }

  #end(lane: Lane, id: string, how: 'back' | 'now'): void {
    const { send, time } = this.#deps
    const keys = lane.windows.map(({ key }) => key)
    if (keys.length === 0) return
    this.#tell(async () => time.run(send, endScript, keys, [id, how, ...rulesOf(lane)]))
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

/** Requests and ms of each window. */
const rulesOf = ({ windows }: Lane): readonly string[] =>
  windows.flatMap(({ requests, windowMs }) => [String(requests), String(windowMs)])

const byPriority = (one: Waiter, other: Waiter): number =>
  one.priority - other.priority || one.order - other.order

const remove = (waiters: Waiter[], waiter: Waiter): void => {
  const at = waiters.indexOf(waiter)
  if (at !== -1) waiters.splice(at, 1)
}
