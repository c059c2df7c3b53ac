import type { Clock, IdentifyPermits, LogSink, ShardId } from '@qqkit/core'
import { DeadlineQueue, withDeadline } from '@qqkit/core/internal'

import type { EventFanout } from './events/event-fanout.js'
import { GatewayError, type GatewayFault } from './machine/errors.js'
import type { ResolvedGatewayOptions, ShardsOption } from './options.js'
import { inTime } from './session/persistence.js'
import { checkToken, type GatewayLookup } from './shard/gateway-lookup.js'
import type { ActiveIntents } from './shard/ports.js'
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
  /** Shards of earlier runs, by name. */
  readonly before: Map<string, Shard>
}

/** One life of a gateway, from `run()` to its end. */
export class GatewayRun {
  /** Resolves when it was closed, rejects with a {@link GatewayError} when it stopped for good. */
  readonly finished: Promise<void>
  readonly #deps: GatewayRunDeps
  readonly #shardDeps: ShardDeps
  readonly #budget: CloseBudget
  readonly #shards: Shard[] = []
  readonly #running = new Set<Shard>()
  #settle: (error: GatewayError | null) => void = () => {}
  #planned: boolean
  #draining = false
  #fault: GatewayError | null = null
  #stopping: { readonly resumable: boolean } | null = null

  constructor(deps: GatewayRunDeps) {
    this.#deps = deps
    this.finished = new Promise<void>((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve())
    })
    this.#shardDeps = this.#shardDepsFrom(deps)
    this.#budget = new CloseBudget(deps.options.clock, deps.options.closeTimeout)
    const plan = planShards(deps.options.shards)
    this.#planned = plan !== null
    for (const id of plan ?? range(1)) this.#add(id)
  }

  /** Whether it is closing, or has failed. */
  get ending(): boolean {
    return this.#stopping !== null || this.#fault !== null
  }

  start(): void {
    for (const shard of this.#shards.slice()) shard.start()
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

  /** Waits for unfinished events, then closes every connection; all of it within `closeTimeout`. */
  async close(resumable: boolean): Promise<void> {
    await this.#drained()
    this.#stop(resumable)
    await this.finished.catch(() => {})
  }

  #add(id: ShardId): Shard {
    const shard = new Shard(id, this.#shardDeps)
    this.#shards.push(shard)
    this.#running.add(shard)
    return shard
  }

  #shardDepsFrom({ options, permits, intents, fanout, log, before }: GatewayRunDeps): ShardDeps {
    const { policy, deadlines, heartbeat, maxSessionAge, onRefusedIntents } = options
    const { access, appId, clock, random, transport, maxPayload, lockTimeout } = options
    const { prepare } = deadlines
    return {
      appId,
      driver: {
        config: {
          policy,
          // Each step has its own deadline; this one must outlast the wait for a session in use.
          deadlines: { ...deadlines, prepare: 3 * prepare + STORE_TIMEOUT + lockTimeout + deadlines.permit },
          heartbeat,
          maxSessionAge,
          onRefusedIntents,
        },
        clock,
        timers: new DeadlineQueue(clock),
        random: guardedRandom(random, log),
        transport,
        permits,
        intents,
        maxPayload,
        token: (request) =>
          inTime(
            clock,
            prepare,
            'getting a token',
            async (signal) => checkToken(await access.token({ ...request, signal })),
            request.signal,
          ),
      },
      tracker: options,
      store: options.store,
      lockTimeout,
      fanout,
      log,
      before,
      lookup: (signal) =>
        inTime(clock, prepare, 'the gateway lookup', async (within) => this.#lookup(within), signal),
      onUnreachable: () => this.#deps.lookup.expire(),
      onStopped: (shard, fault, resumable) => this.#onStopped(shard, fault, resumable),
    }
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
    for (const id of range(total).slice(1)) this.#add(id).start()
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
    for (const shard of Array.from(this.#running)) shard.stop(resumable, this.#budget.left())
  }

  #onStopped(shard: Shard, fault: GatewayFault | null, resumable: boolean): void {
    if (fault) {
      // A missing shard would lose part of the events, so the whole run fails.
      this.#fault ??= new GatewayError(fault, shard.name)
    }
    void this.#release(shard, resumable)
    if (fault) this.#stop(true)
  }

  async #release(shard: Shard, resumable: boolean): Promise<void> {
    await shard.release(resumable, this.#budget.left())
    this.#running.delete(shard)
    if (this.#running.size === 0) this.#settle(this.#fault)
  }
}

/**
 * The promise of `run()`. It knows whether it was awaited, and causes no unhandled rejection if it was not: a bot may be
 * started without `await`.
 */
export class RunResult extends Promise<void> {
  /** Derived promises are ordinary ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** Resolves when the run has ended, successfully or not. */
  readonly ended: Promise<void>
  #awaited = false
  #settle: (error: Error | null) => void = () => {}
  readonly #onUnawaited: (error: Error) => void

  /** @param onUnawaited called when it fails without having been awaited */
  constructor(onUnawaited: (error: Error) => void) {
    let settle: (error: Error | null) => void = () => {}
    super((resolve, reject) => {
      settle = (error) => (error ? reject(error) : resolve())
    })
    this.#settle = settle
    this.#onUnawaited = onUnawaited
    const quiet = (): void => {}
    this.ended = super.then(quiet, quiet)
  }

  succeed(): void {
    this.#settle(null)
  }

  /** Ends as a run does. */
  follow(run: Promise<void>): void {
    run.then(
      () => this.succeed(),
      (error: Error) => {
        this.#settle(error)
        if (!this.#awaited) this.#onUnawaited(error)
      },
    )
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
