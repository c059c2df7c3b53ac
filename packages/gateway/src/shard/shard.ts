import type { LogRecord, LogSink, SessionStore, ShardId, WireFrame } from '@qqkit/core'
import { type Deadline, sleep } from '@qqkit/core/internal'

import { DeliveryTracker, type Output, type TrackerOptions } from '../delivery/delivery-tracker.js'
import type { TrackedEvent } from '../delivery/tracked-event.js'
import { type EventOwner, keyOf } from '../events/event-delivery.js'
import type { EventFanout } from '../events/event-fanout.js'
import { type GatewayFault, isBusy } from '../machine/errors.js'
import type { RestoredSession } from '../machine/input.js'
import type { State } from '../machine/state.js'
import type { GapNotice } from '../machine/step.js'
import { SessionPersistence, type PersistenceEvents, type PersistenceDeps } from '../session/persistence.js'
import { encodeStoredSession, encodeUnstored, type SessionIdentity } from '../session/stored-session.js'
import type { Snapshot } from '../session/writer.js'
import type { Destination, DriverEvents, DriverDeps } from './ports.js'
import { ShardDriver } from './shard-driver.js'
import { adviceOn, describeState, type ShardStatus } from './status.js'

/** How often a session in use by another process is requested again, in ms. */
const POLL = 1000

/** How long the last write may take before the connection is closed, in ms. */
const FLUSH = 5000

const GIVEN_UP = {
  deadline: 'an event was given up: not finished before deliveryDeadline',
  overflow: 'an event was given up: more than maxUnsettled are unfinished',
} as const

/** Another process has the session: which one, until when this shard waits, and when it asks next, in monotonic ms. */
interface Busy {
  readonly reason: string
  readonly until: number
  readonly next: number
}

const closed = (): Error => new Error('the shard is closed')

/** What all shards of a gateway share. */
export interface ShardDeps {
  readonly appId: string
  readonly driver: DriverDeps
  readonly tracker: TrackerOptions
  readonly store: SessionStore
  /** How long to wait for a session in use by another process, in ms. */
  readonly lockTimeout: number
  readonly fanout: EventFanout
  readonly log: LogSink
  /** Shards of earlier runs of this gateway: consumers may still have their events. */
  readonly before: Shard[]
  /** Asks where to connect. */
  lookup(signal: AbortSignal): Promise<{ readonly url: string }>
  /** The address could not be reached. */
  onUnreachable(): void
  onStopped(shard: Shard, fault: GatewayFault | null, resumable: boolean): void
}

/**
 * One shard: joins its connection ({@link ShardDriver}), its unfinished events ({@link DeliveryTracker}), the consumers
 * ({@link EventFanout}) and the stored session ({@link SessionPersistence}).
 *
 * From the socket to a listener:
 * 1. `text-frames.ts` of `ws-transport.ts` reads text; `Connection` in `shard-driver.ts` decodes it (`codec.ts`) into an input.
 * 2. `ShardDriver` feeds the input into `machine/states/transition.ts`; the file of the present state answers with the next
 *    state and effects.
 * 3. The effect `dispatch` calls {@link onDispatch}: the tracker takes the event, and `#pump` takes from the tracker what
 *    may go.
 * 4. `EventFanout` calls the consumer of `run()`, the listeners and the readers of `events()`.
 *
 * From `settle` to the disk:
 * 5. When every consumer has settled (`Settlement`), {@link onSettled} finishes the event in the tracker.
 * 6. `#pump` marks the new revision; `SessionPersistence` and its `SessionWriter` write the latest {@link snapshot}.
 *
 * When a connection ends, e.g. with close code 4009:
 * 7. The socket's `closed` input reaches `machine/disconnect.ts`, which asks `decide` of the reconnect policy; the row of
 *    the code is in `close-codes.ts`. The answer is the state `waiting`, or `stopped` with advice.
 */
export class Shard implements DriverEvents, PersistenceEvents, EventOwner, Deadline {
  /** The deadline of this shard, for everything in the tracker that waits for time to pass. */
  due = 0
  index = -1
  readonly #deps: ShardDeps
  readonly #driver: ShardDriver
  readonly #tracker: DeliveryTracker
  #id: ShardId
  #since: number
  /** Host of the present connection. */
  #host = ''
  /** Bot, shard, host and intents of the present session. */
  #identity: SessionIdentity | null = null
  /** Wall ms when the present session began. */
  #startedAt = 0
  /** Wall ms since when events are missing should this process die without a session; `null`: the store need not know. */
  #unservedSince: number | null = null
  #opening: Promise<SessionPersistence> | null = null
  /** Another process has the session. */
  #busy: Busy | null = null
  #persistence: SessionPersistence | null = null
  /** Offered to each attempt until it is dropped, since an attempt may end before it takes it. */
  #restored: RestoredSession | null = null
  #pumping = false
  #marked: number
  readonly #idleWaiters: (() => void)[] = []
  #closed = false
  /** The shard of a later run, which has taken over the events that consumers still had. */
  #successor: Shard | null = null

  constructor(id: ShardId, deps: ShardDeps) {
    this.#id = id
    this.#deps = deps
    this.#since = deps.driver.clock.wall()
    this.#tracker = new DeliveryTracker(deps.tracker)
    this.#marked = this.#tracker.revision
    this.#driver = new ShardDriver(deps.driver, this)
  }

  get id(): ShardId {
    return this.#id
  }

  /** Names this shard in every run. */
  get name(): string {
    return `${this.#id.index}/${this.#id.total}`
  }

  get draining(): boolean {
    return this.#successor?.draining ?? this.#tracker.draining
  }

  /** The total is known only after the first lookup when shards are chosen automatically. */
  renumber(total: number): void {
    this.#id = { index: this.#id.index, total }
  }

  start(): void {
    this.#driver.feed({ type: 'start', epoch: null })
  }

  /** From now on new events are left to the next process. */
  pause(): void {
    this.#driver.pause()
    this.#tracker.drain()
  }

  /** Resolves when no event is unfinished and everything is stored. */
  async drained(): Promise<void> {
    this.#pump()
    if (this.#tracker.busy) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve))
    await this.#persistence?.landed(FLUSH)
  }

  /** @param within how long closing the socket may take, in ms */
  stop(resumable: boolean, within: number): void {
    this.#driver.feed({ type: 'stop', epoch: null, resumable, within })
  }

  /** Stores or clears the session and closes the store, in at most `within` ms. Never rejects. */
  async release(keep: boolean, within: number): Promise<void> {
    this.#tracker.goodbye(keep)
    // A first start that was stopped in an orderly way has missed no event.
    if (this.#startedAt === 0 && this.#persistence?.found.kind === 'nothing') this.#unservedSince = null
    this.#pump()
    this.#closed = true
    this.#deps.driver.timers.delete(this)
    const persistence = this.#persistence ?? (await this.#opening?.catch(() => null))
    if (persistence && keep) {
      this.#takeBefore()
      this.#deps.before.push(this)
    }
    await persistence?.close({ keep, within })
  }

  status(): ShardStatus {
    const { clock, intents } = this.#deps.driver
    const { state, vitals, counters } = this.#driver
    const now = clock.now()
    const ageOf = (at: number | null): number | null => (at === null ? null : now - at)
    const { session, memory } = state
    const wall = clock.wall()
    const busy = this.#busy
    const until = busy ? busy.next : state.name === 'waiting' ? state.until : null
    return {
      shard: this.#id,
      state: busy ? 'waiting' : state.name,
      since: this.#since,
      reason: busy
        ? `${busy.reason}; waiting up to ${Math.ceil((busy.until - now) / 1000)} s more`
        : this.#opening
          ? 'opening the session store'
          : this.#driver.queued
            ? describeState({ ...state, name: 'queued' } as State, intents.leftOut)
            : describeState(state, intents.leftOut),
      advice: adviceOn(state, intents.mask) ?? intents.advice,
      attempt: memory.history.attempts + memory.history.httpAttempts,
      nextAttemptAt: until === null ? null : wall + until - now,
      sessionAge: session && now - session.startedAt,
      received: session?.seq ?? null,
      committed: this.#tracker.committed,
      unsettled: this.#tracker.open,
      held: this.#tracker.waiting,
      storeProblem: this.#persistence?.problem ?? null,
      lastFrameAge: ageOf(vitals.lastFrameAt),
      lastAckAge: ageOf(vitals.lastAckAt),
      latency: vitals.latency,
      counters: { ...counters, disconnects: { ...counters.disconnects } },
    }
  }

  async destination({
    wantsSession,
    signal,
  }: Parameters<DriverEvents['destination']>[0]): Promise<Destination> {
    const { url } = await this.#deps.lookup(signal)
    this.#host = new URL(url).host
    if (!wantsSession) return { url, restored: null }
    return { url, restored: await this.#open(this.#present, signal) }
  }

  /** The identity of a session that begins now. */
  get #present(): SessionIdentity {
    const { appId, driver } = this.#deps
    return { appId, shard: this.#id, host: this.#host, intents: driver.intents.mask }
  }

  onDispatch(frame: WireFrame, now: number): void {
    const { fanout } = this.#deps
    if (frame.t === 'READY' || frame.t === 'RESUMED') {
      this.#pass(frame)
      // Frames about the connection need no settling.
      fanout.listeners.emitConnection(frame, this.#id)
    } else if (!fanout.wants(frame)) this.#pass(frame)
    else if (this.#tracker.receive(frame, now) !== null) this.#driver.counters.skipped += 1
    this.#pump(now)
  }

  onUnreachable(): void {
    this.#deps.onUnreachable()
  }

  onLeftToNext(frame: WireFrame): void {
    if (this.#deps.fanout.wants(frame)) this.#tracker.leaveToNext(this.#deps.driver.clock.now())
  }

  onResuming(seq: number, since: number): number {
    return this.#tracker.resuming(seq, since)
  }

  onSessionStarted(id: string): void {
    this.#restored = null
    this.#identity = this.#present
    this.#startedAt = this.#deps.driver.clock.wall()
    this.#tracker.begin(id)
    this.#pump()
  }

  onSessionResumed(): void {
    // The platform may have moved to another host meanwhile.
    if (this.#identity) this.#identity = { ...this.#identity, host: this.#host }
    this.#tracker.resumed()
    this.#pump()
  }

  onSessionDropped(gap: GapNotice): void {
    this.#restored = null
    this.#unservedSince = this.#deps.driver.clock.wall()
    this.#tracker.drop(gap)
    this.#pump()
  }

  onGap({ since, lastSeq, reason }: GapNotice): void {
    const { clock } = this.#deps.driver
    this.#reportGap(clock.wall() - (clock.now() - since), lastSeq, reason)
  }

  onState(): void {
    const { driver, fanout } = this.#deps
    this.#since = driver.clock.wall()
    fanout.listeners.emit('status', () => this.status())
  }

  onRecord(record: LogRecord): void {
    this.#deps.log({ ...record, shard: this.name })
  }

  onStopped(fault: GatewayFault | null, resumable: boolean): void {
    this.#deps.onStopped(this, fault, resumable)
  }

  snapshot(): Snapshot {
    const { clock } = this.#deps.driver
    const { revision } = this.#tracker
    const checkpoint = this.#tracker.checkpoint()
    if (checkpoint === null || this.#identity === null) {
      const text =
        this.#identity && this.#unservedSince !== null
          ? encodeUnstored(this.#identity, this.#unservedSince)
          : null
      return { text, revision }
    }
    const now = clock.now()
    const savedAt = clock.wall()
    const missingSince = this.#tracker.missingSince(this.#driver.state.session?.heardAt ?? now)
    const since = savedAt - Math.max(0, now - missingSince)
    const startedAt = this.#startedAt
    return { text: encodeStoredSession(this.#identity, { checkpoint, savedAt, since, startedAt }), revision }
  }

  onStored(revision: number): void {
    this.#tracker.stored(revision)
    this.#pump()
  }

  onStoreFailed(): void {
    this.#tracker.storeFailed()
    this.#pump()
  }

  onTaken(error: unknown): void {
    this.#driver.feed({ type: 'fault', epoch: null, error, last: true })
  }

  /**
   * Opens the session in the store, once, and returns what an earlier process left there.
   *
   * @throws SessionBusyError when another process has it for too long
   */
  async #open(identity: SessionIdentity, signal: AbortSignal): Promise<RestoredSession | null> {
    if (this.#persistence) return this.#restored
    const { store, driver } = this.#deps
    const { clock } = driver
    const persistence = await this.#openWhenFree({ store, identity, clock }, signal)
    // A store that was opened too late is closed by release().
    if (this.#closed) throw closed()
    this.#persistence = persistence
    this.#opening = null
    const { found } = persistence
    if (found.kind === 'unusable') this.#reportGap(found.since, found.lastSeq, found.reason)
    if (found.kind !== 'session') {
      await this.#storeStart(persistence, identity)
      return null
    }
    const { checkpoint } = found
    const age = Math.max(0, clock.wall() - found.since)
    this.#identity = identity
    const since = clock.now() - age
    const before = this.#takeOver(checkpoint.sessionId)
    this.#tracker.restore({ checkpoint, since, writesAhead: store.durable, before })
    const sessionAge = Math.max(0, clock.wall() - found.startedAt)
    const seq = this.#tracker.received ?? checkpoint.committed
    this.#restored = { id: checkpoint.sessionId, seq, age, sessionAge }
    this.#startedAt = found.startedAt
    return this.#restored
  }

  /** Stores the start before any event can come, so that the next process reports a gap should this one die early. */
  async #storeStart(persistence: SessionPersistence, identity: SessionIdentity): Promise<void> {
    const { found } = persistence
    // A session that could not be read may be a good one, so it is not overwritten.
    if (persistence.problem !== null) return
    this.#identity = identity
    this.#unservedSince = (found.kind === 'unusable' ? found.since : null) ?? this.#deps.driver.clock.wall()
    persistence.mark(this.#tracker.revision, true)
    await persistence.landed(FLUSH)
    if (this.#closed) throw closed()
  }

  /** Takes over the consumers of an earlier run, if that had the same session. */
  #takeOver(sessionId: string): DeliveryTracker | null {
    const shard = this.#takeBefore()
    if (!shard || shard.#tracker.sessionId !== sessionId) return null
    shard.#successor = this
    return shard.#tracker
  }

  /** The shard of this name in an earlier run, once. */
  #takeBefore(): Shard | undefined {
    const { before } = this.#deps
    const at = before.findIndex(({ name }) => name === this.name)
    return at === -1 ? undefined : before.splice(at, 1)[0]
  }

  /** Retries while the session is in use: in a deploy the old process still drains, and the lock of a killed one lasts 30 s. */
  async #openWhenFree(deps: PersistenceDeps, signal: AbortSignal): Promise<SessionPersistence> {
    const { clock } = deps
    for (;;) {
      try {
        this.#opening = SessionPersistence.open(deps, this, signal)
        const persistence = await this.#opening
        this.#setBusy(null)
        return persistence
      } catch (error) {
        const until = this.#busy?.until ?? clock.now() + this.#deps.lockTimeout
        const wait = Math.min(POLL, until - clock.now())
        if (!isBusy(error) || wait <= 0 || this.#closed) {
          this.#setBusy(null)
          throw error
        }
        this.#setBusy({ reason: error.message, until, next: clock.now() + wait })
        await sleep(clock, wait, signal)
      }
    }
  }

  #setBusy(busy: Busy | null): void {
    const before = this.#busy
    this.#busy = busy
    if (busy && !before) {
      const message = `${busy.reason}; waiting`
      this.onRecord({ level: 'warn', event: 'gateway.session_busy', message })
    }
    if ((busy === null) !== (before === null)) this.onState()
  }

  /** No consumer wants this event: finished on receipt. */
  #pass({ s }: WireFrame): void {
    if (typeof s === 'number') this.#tracker.pass(s)
  }

  onSettled(event: TrackedEvent, isBegun: boolean): void {
    if (this.#successor) return this.#successor.onSettled(event, isBegun)
    if (isBegun ? this.#tracker.settle(event) : this.#tracker.requeue(event)) this.#pump()
  }

  onWaiting(event: TrackedEvent): void {
    if (this.#successor) return this.#successor.onWaiting(event)
    if (this.#tracker.endTurn(event)) this.#pump()
  }

  /**
   * Emits the tracker's outputs one by one: a consumer may change the next one. Then marks what is to be stored.
   *
   * @param at monotonic ms, where the clock was read a moment ago
   */
  #pump(at: number | null = null): void {
    if (this.#pumping) return
    const { clock } = this.#deps.driver
    this.#pumping = true
    try {
      let now = at
      while (this.#tracker.mayHaveNext) {
        const out = this.#tracker.next(now ?? Math.floor(clock.now()))
        if (out === null) break
        this.#emit(out)
        // A consumer may have taken its time.
        now = null
      }
      if (!this.#closed) this.#arm()
    } catch (error) {
      this.#onFault(error)
    } finally {
      this.#pumping = false
    }
    if (this.#closed) return
    const { revision } = this.#tracker
    if (revision !== this.#marked) this.#persistence?.mark(revision, this.#tracker.awaitsStore)
    this.#marked = revision
    if (this.#idleWaiters.length > 0 && !this.#tracker.busy)
      for (const resolve of this.#idleWaiters.splice(0)) resolve()
  }

  #emit(out: Output): void {
    switch (out.type) {
      case 'hand_out':
        return this.#deps.fanout.dispatch(out.event, this)
      case 'given_up':
        return this.#onGivenUp(out.event, out.reason)
      case 'quarantined':
        return this.#onQuarantined(out.event)
      case 'gap':
        return this.onGap(out.gap)
      case 'jump':
        return this.#onJump(out.from, out.to)
    }
  }

  #onJump(from: number | null, to: number): void {
    const message = `a sequence number jumped from ${from} to ${to} and is ignored`
    this.onRecord({ level: 'warn', event: 'gateway.seq_jump', message })
  }

  #arm(): void {
    const { wakeAt } = this.#tracker
    if (wakeAt === Infinity || (this.index >= 0 && this.due <= wakeAt)) return
    const { timers } = this.#deps.driver
    timers.delete(this)
    timers.add(this, wakeAt)
  }

  onDeadline(): void {
    try {
      this.#tracker.tick(this.#deps.driver.clock.now())
    } catch (error) {
      this.#onFault(error)
    }
    this.#pump()
  }

  /** Unexpected internal error, most likely of the clock: the machine starts over, or ends the run (ST-03). */
  #onFault(error: unknown): void {
    this.#driver.feed({ type: 'fault', epoch: null, error, last: false })
  }

  #reportGap(since: number | null, lastSeq: number | null, reason: string): void {
    this.#driver.counters.gaps += 1
    this.onRecord({
      level: 'warn',
      event: 'gateway.gap',
      message: `events may be lost: ${reason}`,
      since,
      lastSeq,
    })
    this.#deps.fanout.listeners.emit('gap', () => ({ shard: this.#id, since, lastSeq, reason }))
  }

  #onGivenUp(event: TrackedEvent, reason: keyof typeof GIVEN_UP): void {
    const { seq, frame } = event
    const key = keyOf(event)
    this.#driver.counters.abandoned += 1
    const message = GIVEN_UP[reason]
    this.onRecord({ level: 'warn', event: 'gateway.abandoned', message, seq, name: frame.t, key })
    this.#deps.fanout.listeners.emit('abandoned', () => ({
      shard: this.#id,
      seq,
      reason,
      event: frame,
      key,
    }))
  }

  #onQuarantined(event: TrackedEvent): void {
    const { frame, seq } = event
    this.#driver.counters.quarantined += 1
    const message = 'event quarantined: three processes in a row exited while handling it'
    const key = keyOf(event)
    this.onRecord({ level: 'error', event: 'gateway.quarantined', message, seq, name: frame.t, key })
    this.#deps.fanout.listeners.emit('quarantined', () => ({ shard: this.#id, event: frame }))
  }
}
