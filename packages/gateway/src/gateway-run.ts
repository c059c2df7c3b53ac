import type { Clock, IdentifyPermits, LogSink, ShardId } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'

import type { EventFanout } from './events/event-fanout.js'
import { GatewayError, type GatewayFault } from './machine/errors.js'
import type { ResolvedGatewayOptions, ShardsOption } from './options.js'
import { checkToken, type GatewayLookup } from './shard/gateway-lookup.js'
import type { IntentsInUse } from './shard/ports.js'
import { Shard, type ShardParts } from './shard/shard.js'
import type { ShardStatus } from './shard/status.js'

/** More than opening a store and loading from it may take, in ms. */
const STORE = 15_000

/** Who waits for itself without its being known. */
const UNKNOWN = 'a handler that waits for close() has to return its promise to the gateway'

/** What a run works with. */
export interface GatewayRunInit {
  readonly options: ResolvedGatewayOptions
  readonly lookup: GatewayLookup
  readonly permits: IdentifyPermits
  readonly intents: IntentsInUse
  readonly outlets: EventFanout
  readonly log: LogSink
  /** Shards of earlier runs, by name. */
  readonly before: Map<string, Shard>
}

/** One life of a gateway, from `run()` to its end. */
export class GatewayRun {
  /** Resolves when it was closed, rejects with a {@link GatewayError} when it stopped for good. */
  readonly finished: Promise<void>
  readonly #init: GatewayRunInit
  readonly #parts: ShardParts
  readonly #budget: CloseBudget
  readonly #shards: Shard[] = []
  readonly #running = new Set<Shard>()
  #settle: (error: GatewayError | null) => void = () => {}
  #planned: boolean
  #draining = false
  #fault: GatewayError | null = null
  #stopping: { readonly resumable: boolean } | null = null

  constructor(init: GatewayRunInit) {
    this.#init = init
    this.finished = new Promise<void>((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve())
    })
    this.#parts = this.#partsOf(init)
    this.#budget = new CloseBudget(init.options.clock, init.options.closeTimeout)
    const plan = planShards(init.options.shards)
    this.#planned = plan !== null
    for (const id of plan ?? range(1)) this.#add(id)
  }

  /** Whether it is on its way to its end. */
  get ending(): boolean {
    return this.#stopping !== null || this.#fault !== null
  }

  start(): void {
    for (const shard of this.#shards.slice()) shard.start()
  }

  statuses(): readonly ShardStatus[] {
    return this.#shards.map((shard) => shard.status())
  }

  /** From now on nothing new is handed out. */
  drain(): void {
    this.#draining = true
    for (const shard of this.#shards) shard.pause()
    this.#init.outlets.drain()
  }

  /** Finishes what is under way, then closes every connection; all of it within `closeTimeout`. */
  async close(resumable: boolean): Promise<void> {
    await this.#drained()
    this.#stop(resumable)
    await this.finished.catch(() => {})
  }

  #add(id: ShardId): Shard {
    const shard = new Shard(id, this.#parts)
    this.#shards.push(shard)
    this.#running.add(shard)
    return shard
  }

  #partsOf({ options, permits, intents, outlets, log, before }: GatewayRunInit): ShardParts {
    const { policy, deadlines, heartbeat, maxSessionAge, onRefusedIntents } = options
    const { access, appId, clock, random, transport, maxPayload, lockTimeout } = options
    const { prepare } = deadlines
    const inTime = async <T>(what: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>) =>
      withDeadline(
        { clock, ms: prepare, signal, onTimeout: () => new Error(`${what} took over ${prepare} ms`) },
        work,
      )
    return {
      appId,
      tools: {
        config: {
          policy,
          // Each part has a deadline of its own; this one must not cut short the wait for a session that is in use.
          deadlines: { ...deadlines, prepare: 3 * prepare + STORE + lockTimeout + deadlines.permit },
          heartbeat,
          maxSessionAge,
          onRefusedIntents,
        },
        clock,
        random: steadyRandom(random, log),
        transport,
        permits,
        intents,
        maxPayload,
        token: (request) =>
          inTime('getting a token', request.signal, async (signal) =>
            checkToken(await access.token({ ...request, signal })),
          ),
      },
      limits: options,
      store: options.store,
      lockTimeout,
      outlets,
      log,
      before,
      lookup: (signal) => inTime('the gateway lookup', signal, async (within) => this.#lookup(within)),
      onUnreachable: () => this.#init.lookup.expire(),
      onStopped: (shard, fault, resumable) => this.#onStopped(shard, fault, resumable),
    }
  }

  async #lookup(signal: AbortSignal): Promise<{ readonly url: string }> {
    const info = await this.#init.lookup.get({ signal })
    this.#plan(info.shards)
    return info
  }

  /** The platform has told how many shards there are: the first one learns it, the others begin. */
  #plan(total: number): void {
    if (this.#planned || this.#draining || this.#stopping) return
    this.#planned = true
    this.#shards[0]?.renumber(total)
    for (const id of range(total).slice(1)) this.#add(id).start()
  }

  async #drained(): Promise<void> {
    const { clock, drainTimeout } = this.#init.options
    const onTimeout = (): Error => new Error('events are still being handled')
    const ms = Math.min(drainTimeout, this.#budget.left())
    try {
      await withDeadline({ clock, ms, onTimeout }, async () => {
        this.drain()
        await Promise.all(this.#shards.map((shard) => shard.drained()))
      })
    } catch (error) {
      this.#init.log({
        level: 'warn',
        event: 'gateway.drain_timeout',
        message: `closing although ${(error as Error).message}; ${UNKNOWN}`,
      })
    }
  }

  #stop(resumable: boolean): void {
    this.#stopping ??= { resumable }
    for (const shard of Array.from(this.#running)) shard.stop(resumable, this.#budget.left())
  }

  #onStopped(shard: Shard, fault: GatewayFault | null, resumable: boolean): void {
    if (fault) {
      // One shard that cannot go on would leave a hole: better the whole run tells.
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
 * How a run ends. A promise that knows whether anybody waits for it, and is not reported as unhandled if nobody does: a bot
 * may be started without waiting.
 */
export class RunResult extends Promise<void> {
  /** Promises derived from it are ordinary ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** Resolves when it is over, however it ended. */
  readonly ended: Promise<void>
  #awaited = false
  #settle: (error: Error | null) => void = () => {}
  readonly #onFloating: (error: Error) => void

  /** @param onFloating called when it fails and nobody waits for it */
  constructor(onFloating: (error: Error) => void) {
    let settle: (error: Error | null) => void = () => {}
    super((resolve, reject) => {
      settle = (error) => (error ? reject(error) : resolve())
    })
    this.#settle = settle
    this.#onFloating = onFloating
    const quiet = (): void => {}
    this.ended = super.then(quiet, quiet)
  }

  succeed(): void {
    this.#settle(null)
  }

  fail(error: Error): void {
    this.#settle(error)
    if (!this.#awaited) this.#onFloating(error)
  }

  // `await` comes through here, too, since this is no plain promise.
  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise already
  override then<A = void, B = never>(
    onFulfilled?: ((value: void) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#awaited = true
    return super.then(onFulfilled, onRejected)
  }
}

/** The shards to run, or `null` while only the platform can tell how many. */
const planShards = (option: ShardsOption): readonly ShardId[] | null => {
  if (option === 'auto') return null
  if (typeof option === 'number') return range(option)
  return option.ids.map((index) => ({ index, total: option.total }))
}

/** All shards of a number. */
const range = (total: number): readonly ShardId[] =>
  Array.from({ length: total }, (_, index) => ({ index, total }))

/** The time that closing may take in all, shared by everything that it waits for. */
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

  /** ms that are left; from the first call on the clock is ticking. None with a clock that does not work. */
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

/** Numbers from 0 up to 1, whatever `random` does: a wait without jitter is better than none. */
const steadyRandom = (random: () => number, log: LogSink): (() => number) => {
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
      message: 'random() gave no number from 0 up to 1; waits go without jitter',
      error,
    })
    return 0.5
  }
}
