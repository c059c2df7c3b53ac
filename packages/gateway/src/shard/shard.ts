import {
  QqkitError,
  type LogRecord,
  type LogSink,
  type SessionStore,
  type ShardId,
  type WireFrame,
} from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'

import { DeliveryTracker, type Output, type TrackerLimits } from '../delivery/delivery-tracker.js'
import type { TrackedEvent } from '../delivery/tracked-event.js'
import { type Drain, keyOf, type Share } from '../events/event-delivery.js'
import type { EventFanout } from '../events/event-fanout.js'
import type { GatewayFault } from '../machine/errors.js'
import type { RestoredSession } from '../machine/input.js'
import { reached } from '../machine/session.js'
import type { State } from '../machine/state.js'
import type { GapNotice } from '../machine/step.js'
import { SessionPersistence, type KeeperOwner, type SessionPlace } from '../session/persistence.js'
import { encodeStoredSession, encodeUnstored, type SessionIdentity } from '../session/stored-session.js'
import type { Snapshot } from '../session/writer.js'
import type { Destination, DriverOwner, DriverTools } from './ports.js'
import { ShardDriver } from './shard-driver.js'
import { adviceOn, describeState, type ShardStatus } from './status.js'

/** How often a session that another process has is asked for again, in ms. */
const POLL = 1000

/** How long what was finished last may take into the store before the connection is closed, in ms. */
const FLUSH = 5000

const GIVEN_UP = {
  deadline: 'an event was not finished before its deadline and is given up',
  overflow: 'too many events are unfinished; one is given up',
} as const

/** Another process has the session: who, until when it is waited for, and when it is asked for next, in monotonic ms. */
interface Busy {
  readonly reason: string
  readonly until: number
  readonly next: number
}

const isBusy = (error: unknown): error is QqkitError => QqkitError.is(error) && error.code === 'session_busy'

/** What all shards of a gateway share. */
export interface ShardParts {
  readonly appId: string
  readonly tools: DriverTools
  readonly limits: TrackerLimits
  readonly store: SessionStore
  /** How long a session that another process has is waited for, in ms. */
  readonly lockTimeout: number
  readonly outlets: EventFanout
  readonly log: LogSink
  /** Shards of earlier runs of this gateway, by name: consumers may still have events of theirs. */
  readonly before: Map<string, Shard>
  /** Asks where to connect. */
  readonly lookup: (signal: AbortSignal) => Promise<{ readonly url: string }>
  /** The address could not be reached. */
  readonly onUnreachable: () => void
  readonly onStopped: (shard: Shard, fault: GatewayFault | null, resumable: boolean) => void
}

/** One shard: its connection, its events on their way to the consumers, and its place in the store. */
export class Shard implements DriverOwner, KeeperOwner, Drain {
  readonly #parts: ShardParts
  readonly #driver: ShardDriver
  readonly #tracker: DeliveryTracker
  #id: ShardId
  #since: number
  /** Of the present connection. */
  #host = ''
  /** Whose session the present one is. */
  #identity: SessionIdentity | null = null
  /** Wall ms when the present session began. */
  #startedAt = 0
  /** Wall ms since when nobody has had what came, should this process die without a session; `null`: that is not for the store. */
  #deafSince: number | null = null
  #opening: Promise<SessionPersistence> | null = null
  /** Another process has the session. */
  #busy: Busy | null = null
  #keeper: SessionPersistence | null = null
  /** Offered until it is dropped, since an attempt may end before it is taken. */
  #restored: RestoredSession | null = null
  #pumping = false
  #marked: number
  #alarm: { readonly at: number; readonly cancel: () => void } | null = null
  readonly #idleWaiters: (() => void)[] = []
  #closed = false
  /** Of a later run: it has taken over what consumers still had. */
  #heir: Shard | null = null

  constructor(id: ShardId, parts: ShardParts) {
    this.#id = id
    this.#parts = parts
    this.#since = parts.tools.clock.wall()
    this.#tracker = new DeliveryTracker(parts.limits)
    this.#marked = this.#tracker.revision
    this.#driver = new ShardDriver(parts.tools, this)
  }

  get id(): ShardId {
    return this.#id
  }

  /** By what it is known in every run. */
  get name(): string {
    return `${this.#id.index}/${this.#id.total}`
  }

  get draining(): boolean {
    return this.#heir?.draining ?? this.#tracker.draining
  }

  /** The total is known only after the first lookup when shards are chosen automatically. */
  renumber(total: number): void {
    this.#id = { index: this.#id.index, total }
  }

  start(): void {
    this.#driver.feed({ type: 'start', epoch: null })
  }

  /** From now on events are left to the next process. */
  pause(): void {
    this.#driver.pause()
    this.#tracker.drain()
  }

  /** Settles when no event is under way and all is stored. */
  async drained(): Promise<void> {
    this.#pump()
    if (this.#tracker.busy) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve))
    await this.#keeper?.landed(FLUSH)
  }

  /** @param within how long closing the socket may take, in ms */
  stop(resumable: boolean, within: number): void {
    this.#driver.feed({ type: 'stop', epoch: null, resumable, within })
  }

  /** Lets go of the store within some ms, with or without the session. Never rejects. */
  async release(keep: boolean, within: number): Promise<void> {
    this.#tracker.goodbye(keep)
    // A first start that was stopped in order has missed nothing.
    if (this.#startedAt === 0 && this.#keeper?.found.kind === 'nothing') this.#deafSince = null
    this.#pump()
    this.#closed = true
    this.#alarm?.cancel()
    this.#alarm = null
    const keeper = this.#keeper ?? (await this.#opening?.catch(() => null))
    if (keeper && keep) this.#parts.before.set(this.name, this)
    await keeper?.close({ keep, within })
  }

  status(): ShardStatus {
    const { clock, intents } = this.#parts.tools
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
        ? `${busy.reason}; waiting for it, at most ${Math.ceil((busy.until - now) / 1000)} s more`
        : this.#driver.queued
          ? describeState({ ...state, name: 'queued' } as State, intents.leftOut)
          : describeState(state, intents.leftOut),
      advice: adviceOn(state, intents.mask) ?? intents.advice,
      attempt: memory.history.attempts + memory.history.accessAttempts,
      nextAttemptAt: until === null ? null : wall + until - now,
      sessionAge: session && now - session.startedAt,
      received: session && reached(session),
      committed: this.#tracker.committed,
      unsettled: this.#tracker.open,
      held: this.#tracker.waiting,
      storeProblem: this.#keeper?.problem ?? null,
      lastFrameAge: ageOf(vitals.lastFrameAt),
      lastAckAge: ageOf(vitals.lastAckAt),
      latency: vitals.latency,
      counters: { ...counters, losses: { ...counters.losses } },
    }
  }

  async destination({
    wantsSession,
    signal,
  }: Parameters<DriverOwner['destination']>[0]): Promise<Destination> {
    const { lookup, appId, tools } = this.#parts
    const { url } = await lookup(signal)
    this.#host = new URL(url).host
    if (!wantsSession) return { url, restored: null }
    const identity = { appId, shard: this.#id, host: this.#host, intents: tools.intents.mask }
    return { url, restored: await this.#open(identity, signal) }
  }

  onDispatch(frame: WireFrame): void {
    const { outlets, tools } = this.#parts
    if (frame.t === 'READY' || frame.t === 'RESUMED') {
      this.#pass(frame)
      // About the connection, not from a user: there is nothing to finish.
      outlets.listeners.emitConnection(frame, this.#id)
    } else if (!outlets.wants(frame)) this.#pass(frame)
    else if (this.#tracker.receive(frame, tools.clock.now()) !== null) this.#driver.counters.skipped += 1
    this.#pump()
  }

  onUnreachable(): void {
    this.#parts.onUnreachable()
  }

  onLeft(frame: WireFrame): void {
    if (this.#parts.outlets.wants(frame)) this.#tracker.leave(this.#parts.tools.clock.now())
  }

  onResuming(seq: number, since: number): number {
    return this.#tracker.resuming(seq, since)
  }

  onSessionStarted(id: string): void {
    const { appId, tools } = this.#parts
    this.#restored = null
    this.#identity = { appId, shard: this.#id, host: this.#host, intents: tools.intents.mask }
    this.#startedAt = tools.clock.wall()
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
    this.#deafSince = this.#parts.tools.clock.wall()
    this.#tracker.drop(gap)
    this.#pump()
  }

  onGap({ since, lastSeq, reason }: GapNotice): void {
    const { clock } = this.#parts.tools
    this.#tellGap(clock.wall() - (clock.now() - since), lastSeq, reason)
  }

  onState(): void {
    const { tools, outlets } = this.#parts
    this.#since = tools.clock.wall()
    outlets.listeners.emit('status', () => this.status())
  }

  onRecord(record: LogRecord): void {
    this.#parts.log({ ...record, shard: this.name })
  }

  onStopped(fault: GatewayFault | null, resumable: boolean): void {
    this.#parts.onStopped(this, fault, resumable)
  }

  snapshot(): Snapshot {
    const { clock } = this.#parts.tools
    const { revision } = this.#tracker
    const checkpoint = this.#tracker.checkpoint()
    if (checkpoint === null || this.#identity === null) {
      const text =
        this.#identity && this.#deafSince !== null ? encodeUnstored(this.#identity, this.#deafSince) : null
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
   * Takes the session's place in the store, once, and tells what an earlier process left there.
   *
   * @throws SessionBusyError when another process has it for too long
   */
  async #open(identity: SessionIdentity, signal: AbortSignal): Promise<RestoredSession | null> {
    if (this.#keeper) return this.#restored
    const { store, tools } = this.#parts
    const { clock } = tools
    const keeper = await this.#openWhenFree({ store, identity, clock }, signal)
    // What was opened too late is let go of by release().
    if (this.#closed) throw new Error('the shard is closed')
    this.#keeper = keeper
    this.#opening = null
    const { found } = keeper
    if (found.kind === 'lost') this.#tellGap(found.since, found.lastSeq, found.reason)
    if (found.kind !== 'session') {
      await this.#noteDeaf(keeper, identity)
      return null
    }
    const { checkpoint } = found
    const age = Math.max(0, clock.wall() - found.since)
    this.#identity = identity
    const since = clock.now() - age
    const before = this.#takeOver(checkpoint.sessionId)
    this.#tracker.restore({ checkpoint, since, noting: store.durable, before })
    const sessionAge = Math.max(0, clock.wall() - found.startedAt)
    const seq = this.#tracker.received ?? checkpoint.committed
    this.#restored = { id: checkpoint.sessionId, seq, age, sessionAge }
    this.#startedAt = found.startedAt
    return this.#restored
  }

  /** Before anything can come: should this process die before it has stored a session, the next one tells. */
  async #noteDeaf(keeper: SessionPersistence, identity: SessionIdentity): Promise<void> {
    const { found } = keeper
    // What could not be read may be a good session.
    if (keeper.problem !== null) return
    this.#identity = identity
    this.#deafSince = (found.kind === 'lost' ? found.since : null) ?? this.#parts.tools.clock.wall()
    keeper.mark(this.#tracker.revision, true)
    await keeper.landed(FLUSH)
    if (this.#closed) throw new Error('the shard is closed')
  }

  /** From now on this shard hears the consumers of an earlier run, if that had the same session. */
  #takeOver(sessionId: string): DeliveryTracker | null {
    const { before } = this.#parts
    const shard = before.get(this.name)
    before.delete(this.name)
    if (!shard || shard.#tracker.sessionId !== sessionId) return null
    shard.#heir = this
    return shard.#tracker
  }

  /** In a deploy the process before still drains, and what a killed one left counts for half a minute. */
  async #openWhenFree(place: SessionPlace, signal: AbortSignal): Promise<SessionPersistence> {
    const { clock } = place
    for (;;) {
      try {
        this.#opening = SessionPersistence.open(place, this, signal)
        const keeper = await this.#opening
        this.#setBusy(null)
        return keeper
      } catch (error) {
        const until = this.#busy?.until ?? clock.now() + this.#parts.lockTimeout
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
      const message = `${busy.reason}; waiting for it`
      this.onRecord({ level: 'warn', event: 'gateway.session_busy', message })
    }
    if ((busy === null) !== (before === null)) this.onState()
  }

  /** Something that nobody handles: finished on receipt. */
  #pass({ s }: WireFrame): void {
    if (typeof s === 'number') this.#tracker.pass(s)
  }

  #settle(event: TrackedEvent, outcome: Share): void {
    if (this.#heir) return this.#heir.#settle(event, outcome)
    if (outcome === 'left' ? this.#tracker.takeBack(event) : this.#tracker.settle(event)) this.#pump()
  }

  /** Brings out what the tracker has, one by one: what a consumer does about one may change what comes next. */
  #pump(): void {
    if (this.#pumping) return
    const { clock } = this.#parts.tools
    this.#pumping = true
    try {
      for (let out = this.#tracker.next(clock.now()); out; out = this.#tracker.next(clock.now()))
        this.#bringOut(out)
      if (!this.#closed) this.#arm()
    } catch (error) {
      this.#onFault(error)
    } finally {
      this.#pumping = false
    }
    if (this.#closed) return
    const { revision, awaitsStore, busy } = this.#tracker
    if (revision !== this.#marked) this.#keeper?.mark(revision, awaitsStore)
    this.#marked = revision
    if (this.#idleWaiters.length > 0 && !busy) for (const resolve of this.#idleWaiters.splice(0)) resolve()
  }

  #bringOut(out: Output): void {
    switch (out.type) {
      case 'hand_out':
        return this.#handOut(out.event)
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
    const message = `a sequence number jumped from ${from} to ${to} and counts as absent`
    this.onRecord({ level: 'warn', event: 'gateway.seq_jump', message })
  }

  #handOut(event: TrackedEvent): void {
    this.#parts.outlets.handOut(event, {
      shard: this.#id,
      drain: this,
      settle: (outcome) => this.#settle(event, outcome),
    })
  }

  /** One timer for all that waits for time to pass. */
  #arm(): void {
    const { wakeAt } = this.#tracker
    if (wakeAt === Infinity || (this.#alarm && this.#alarm.at <= wakeAt)) return
    this.#alarm?.cancel()
    const { clock } = this.#parts.tools
    const cancel = clock.setTimer(Math.max(0, wakeAt - clock.now()), () => this.#wake())
    this.#alarm = { at: wakeAt, cancel }
  }

  #wake(): void {
    this.#alarm = null
    try {
      this.#tracker.tick(this.#parts.tools.clock.now())
    } catch (error) {
      this.#onFault(error)
    }
    this.#pump()
  }

  /** A part of ours threw that must not, most likely a clock: the machine starts over, or ends the run (ST-03). */
  #onFault(error: unknown): void {
    this.#driver.feed({ type: 'fault', epoch: null, error, last: false })
  }

  #tellGap(since: number | null, lastSeq: number | null, reason: string): void {
    this.#driver.counters.gaps += 1
    this.onRecord({
      level: 'warn',
      event: 'gateway.gap',
      message: `events may be lost: ${reason}`,
      since,
      lastSeq,
    })
    this.#parts.outlets.listeners.emit('gap', () => ({ shard: this.#id, since, lastSeq, reason }))
  }

  #onGivenUp(event: TrackedEvent, reason: keyof typeof GIVEN_UP): void {
    const { seq, frame } = event
    const key = keyOf(event)
    this.#driver.counters.abandoned += 1
    const message = GIVEN_UP[reason]
    this.onRecord({ level: 'warn', event: 'gateway.abandoned', message, seq, name: frame.t, key })
    this.#parts.outlets.listeners.emit('abandoned', () => ({
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
    const message = 'an event that was being handled when three processes in a row ended is not tried again'
    const key = keyOf(event)
    this.onRecord({ level: 'error', event: 'gateway.quarantined', message, seq, name: frame.t, key })
    this.#parts.outlets.listeners.emit('quarantined', () => ({ shard: this.#id, event: frame }))
  }
}
