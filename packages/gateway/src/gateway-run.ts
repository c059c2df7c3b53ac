import type {
  Clock,
  CloseOptions,
  IdentifyPermits,
  LogSink,
  SessionStore,
  ShardId,
  Transport,
} from '@qqkit/core'
import { DeadlineQueue, withDeadline } from '@qqkit/core/internal'

import type { TrackerOptions } from './delivery/delivery-tracker.js'
import type { EventFanout } from './events/event-fanout.js'
import { GatewayError, type GatewayFault } from './machine/errors.js'
import type { MachineConfig } from './machine/input.js'
import type { ResolvedGatewayOptions, ShardsOption } from './options.js'
import { inTime } from './session/persistence.js'
import { checkToken, type GatewayLookup } from './shard/gateway-lookup.js'
import type { ActiveIntents, DriverDeps } from './shard/ports.js'
import { Shard, type ShardDeps } from './shard/shard.js'
import type { ShardStatus } from './shard/status.js'

/** More than opening a store and loading from it may take, in ms. */
const STORE_TIMEOUT = 15_000

/** Why a handler may have waited for itself. */
const HINT = 'a handler that awaits close() must return its promise to the gateway'

/** Dependencies of a {@link GatewayRun}. */
export interface GatewayRunDeps {
  readonly options: ResolvedGatewayOptions
  readonly lookup: GatewayLookup
  readonly permits: IdentifyPermits
  readonly intents: ActiveIntents
  readonly fanout: EventFanout
  readonly log: LogSink
  /** Shards of earlier runs. */
  readonly before: Shard[]
}

/** Unfinished events while what they are passed on to is away: minutes of a busy bot, and some 150 MB. */
const MOST_RELAYED = 100_000

/** Limits without those that are for handlers: an event that waits to be passed on must not be given up. */
const relayed = (options: TrackerOptions): TrackerOptions => ({
  deliveryDeadline: Infinity,
  maxUnsettled: Math.max(MOST_RELAYED, options.maxUnsettled),
  whenFull: options.whenFull,
  relays: true,
})

/** One life of a gateway, from `run()` to its end. It is what its shards share. */
export class GatewayRun implements ShardDeps, DriverDeps {
  readonly appId: string
  readonly config: MachineConfig
  readonly clock: Clock
  readonly timers: DeadlineQueue
  readonly random: () => number
  readonly transport: Transport
  readonly permits: IdentifyPermits
  readonly intents: ActiveIntents
  readonly maxPayload: number
  readonly tracker: TrackerOptions
  readonly store: SessionStore
  readonly lockTimeout: number
  readonly fanout: EventFanout
  readonly log: LogSink
  readonly before: Shard[]
  readonly #deps: GatewayRunDeps
  readonly #onFinished: (error: GatewayError | null) => void
  readonly #budget: CloseBudget
  #shards: readonly Shard[] = []
  /** Those that have not ended. */
  #running: readonly Shard[] = []
  #planned: boolean
  #draining = false
  #fault: GatewayError | null = null
  #stopping: { readonly resumable: boolean } | null = null

  /**
   * @param relays whether the consumer only passes events on
   * @param onFinished called once, at the end; with an error when it stopped for good
   */
  constructor(deps: GatewayRunDeps, relays: boolean, onFinished: (error: GatewayError | null) => void) {
    const { options, log } = deps
    const { policy, deadlines, heartbeat, maxSessionAge, onRefusedIntents, clock, lockTimeout } = options
    this.#deps = deps
    this.#onFinished = onFinished
    this.appId = options.appId
    // Each step has its own deadline; this one must outlast the wait for a session in use.
    const prepare = 3 * deadlines.prepare + STORE_TIMEOUT + lockTimeout + deadlines.permit
    this.config = { policy, deadlines: { ...deadlines, prepare }, heartbeat, maxSessionAge, onRefusedIntents }
    this.clock = clock
    this.timers = new DeadlineQueue(clock)
    this.random = guardedRandom(options.random, log)
    this.transport = options.transport
    this.permits = deps.permits
    this.intents = deps.intents
    this.maxPayload = options.maxPayload
    this.tracker = relays ? relayed(options) : options
    this.store = options.store
    this.lockTimeout = lockTimeout
    this.fanout = deps.fanout
    this.log = log
    this.before = deps.before
    this.#budget = new CloseBudget(clock, options.closeTimeout)
    const plan = planShards(deps.options.shards)
    this.#planned = plan !== null
    this.#shards = this.#add(plan ?? range(1))
  }

  get driver(): DriverDeps {
    return this
  }

  /** Whether it is closing, or has failed. */
  get ending(): boolean {
    return this.#stopping !== null || this.#fault !== null
  }

  start(): void {
    for (const shard of this.#shards) shard.start()
  }

  statuses(): readonly ShardStatus[] {
    return this.#shards.map((shard) => shard.status())
  }

  /** From now on no new events are dispatched. */
  drain(): void {
    this.#draining = true
    for (const shard of this.#shards) shard.pause()
    this.#deps.fanout.drain()
  }

  /** Waits for unfinished events unless told not to, then begins to close every connection; all of it ends within `closeTimeout`. */
  async close({ resumable = false, drain = true }: CloseOptions): Promise<void> {
    if (drain) await this.#drained()
    else this.drain()
    this.#stop(resumable)
  }

  #add(ids: readonly ShardId[]): readonly Shard[] {
    const shards = ids.map((id) => new Shard(id, this))
    this.#running = this.#running.concat(shards)
    return shards
  }

  token({ fresh, signal }: Parameters<DriverDeps['token']>[0]): Promise<string> {
    const { access, clock, deadlines } = this.#deps.options
    const work = async (within: AbortSignal): Promise<string> =>
      checkToken(await access.token({ fresh, signal: within }))
    return inTime(clock, deadlines.prepare, 'getting a token', work, signal)
  }

  lookup(signal: AbortSignal): Promise<{ readonly url: string }> {
    const { clock, deadlines } = this.#deps.options
    const work = async (within: AbortSignal): Promise<{ readonly url: string }> => this.#lookup(within)
    return inTime(clock, deadlines.prepare, 'the gateway lookup', work, signal)
  }

  onUnreachable(): void {
    this.#deps.lookup.expire()
  }

  async #lookup(signal: AbortSignal): Promise<{ readonly url: string }> {
    const info = await this.#deps.lookup.get({ signal })
    this.#plan(info.shards)
    return info
  }

  /** The platform has suggested a number of shards: renumbers the first one and starts the others. */
  #plan(total: number): void {
    if (this.#planned || this.#draining || this.#stopping) return
    this.#planned = true
    this.#shards[0]?.renumber(total)
    const others = this.#add(range(total).slice(1))
    this.#shards = this.#shards.concat(others)
    for (const shard of others) shard.start()
  }

  async #drained(): Promise<void> {
    const { clock, drainTimeout } = this.#deps.options
    const onTimeout = (): Error => new Error('events are still being handled')
    const ms = Math.min(drainTimeout, this.#budget.left())
    try {
      await withDeadline({ clock, ms, onTimeout }, async () => {
        this.drain()
        await Promise.all(this.#shards.map((shard) => shard.drained()))
      })
    } catch (error) {
      this.#deps.log({
        level: 'warn',
        event: 'gateway.drain_timeout',
        message: `closing although ${(error as Error).message}; ${HINT}`,
      })
    }
  }

  #stop(resumable: boolean): void {
    this.#stopping ??= { resumable }
    for (const shard of this.#running) shard.stop(resumable, this.#budget.left())
  }

  onStopped(shard: Shard, fault: GatewayFault | null, resumable: boolean): void {
    if (fault) {
      // A missing shard would lose part of the events, so the whole run fails.
      this.#fault ??= new GatewayError(fault, shard.name)
    }
    void this.#release(shard, resumable)
    if (fault) this.#stop(true)
  }

  async #release(shard: Shard, resumable: boolean): Promise<void> {
    await shard.release(resumable, this.#budget.left())
    this.#running = this.#running.filter((one) => one !== shard)
    if (this.#running.length === 0) this.#onFinished(this.#fault)
  }
}

const quiet = (): void => {}

/**
 * The promise of `run()`. It knows whether it was awaited, and causes no unhandled rejection if it was not: a bot may be
 * started without `await`.
 */
export class RunResult extends Promise<void> {
  /** Derived promises are ordinary ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  readonly #resolve: () => void
  readonly #reject: (error: unknown) => void
  readonly #onUnawaited: (error: Error) => void
  #awaited = false

  /** @param onUnawaited called when it fails without having been awaited */
  constructor(onUnawaited: (error: Error) => void) {
    let resolve: () => void = quiet
    let reject: (error: unknown) => void = quiet
    super((...both) => {
      ;[resolve, reject] = both
    })
    this.#resolve = resolve
    this.#reject = reject
    this.#onUnawaited = onUnawaited
  }

  /** Resolves when the run has ended, successfully or not. */
  get ended(): Promise<void> {
    return super.then(quiet, quiet)
  }

  succeed(): void {
    this.#resolve()
  }

  fail(error: Error): void {
    this.#reject(error)
    void this.#tellUnawaited(error)
  }

  /** Ends as a run does. */
  follow(run: Promise<void>): void {
    run.then(
      () => this.succeed(),
      (error: Error) => this.fail(error),
    )
  }

  /** A moment later: a caller whose run fails at once has not had the promise yet. */
  async #tellUnawaited(error: Error): Promise<void> {
    await this.ended
    if (!this.#awaited) this.#onUnawaited(error)
  }

  // `await` calls this too, since this is a subclass of Promise.
  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise already
  override then<A = void, B = never>(
    onFulfilled?: ((value: void) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#awaited = true
    return super.then(onFulfilled, onRejected)
  }
}

/** The shards to run; `null` when the platform decides. */
const planShards = (option: ShardsOption): readonly ShardId[] | null => {
  if (option === 'auto') return null
  if (typeof option === 'number') return range(option)
  return option.ids.map((index) => ({ index, total: option.total }))
}

/** The ids of all shards of a total. */
const range = (total: number): readonly ShardId[] =>
  Array.from({ length: total }, (_, index) => ({ index, total }))

/** The remaining part of `closeTimeout`, shared by every step of closing. */
export class CloseBudget {
  readonly #clock: Clock
  readonly #whole: number
  /** Monotonic ms. */
  #endsAt: number | null = null

  /** @param whole in ms */
  constructor(clock: Clock, whole: number) {
    this.#clock = clock
    this.#whole = whole
  }

  /** ms that are left, counted from the first call; 0 when the clock throws. */
  left(): number {
    try {
      const now = this.#clock.now()
      this.#endsAt ??= now + this.#whole
      return Math.max(0, this.#endsAt - now)
    } catch {
      return 0
    }
  }
}

/** Wraps `random`: a wrong number, or an exception, becomes 0.5 and a warning. */
const guardedRandom = (random: () => number, log: LogSink): (() => number) => {
  return () => {
    let error: unknown
    try {
      const number = random()
      if (number >= 0 && number < 1) return number
    } catch (thrown) {
      error = thrown
    }
    log({
      level: 'warn',
      event: 'gateway.random_failed',
      message: 'random() returned no number from 0 up to 1; waits have no jitter',
      error,
    })
    return 0.5
  }
}
