import { type AccessFault, type IdentifyPermit, QqkitError, type Socket, type WireFrame } from '@qqkit/core'
import { abortable, onAbort } from '@qqkit/core/internal'

import { accessFaultOf } from '../machine/errors.js'
import type { Context, Input } from '../machine/input.js'
import { initialState, type State } from '../machine/state.js'
import { transition } from '../machine/states/transition.js'
import type { Effect } from '../machine/step.js'
import { encodeHeartbeat, encodeIdentify, encodeResume } from './codec.js'
import { Connection } from './connection.js'
import { NamedTimers } from './named-timers.js'
import type { DriverOwner, DriverTools, Inbox } from './ports.js'
import { type Counters, noCounters, noVitals, type Vitals } from './status.js'

/** More faults in a row than this are not met with another attempt. */
const MOST_FAULTS = 3

/** A token that was fetched longer ago than this, in ms, is asked for again before it is used. */
const TOKEN_AGE = 5000

const checkPermit = (permit: IdentifyPermit | undefined): IdentifyPermit => {
  if (permit) return permit
  throw new TypeError('acquire() gave no permit')
}

/**
 * The hands of one machine: one socket, named timers, work in the background. Feeds what happens into the machine and
 * does what it says; decides nothing.
 */
export class ShardDriver implements Inbox {
  readonly vitals: Vitals = noVitals()
  readonly counters: Counters = noCounters()
  readonly #tools: DriverTools
  readonly #owner: DriverOwner
  readonly #timers: NamedTimers
  readonly #context: { -readonly [K in keyof Context]: Context[K] }
  readonly #waiting: Input[] = []
  #state: State = initialState
  #busy = false
  /** In a row, with no state in between that could be told. */
  #faults = 0
  #paused = false
  #socket: Socket | null = null
  #work: AbortController | null = null
  #permit: IdentifyPermit | null = null
  #queued = false
  #token = ''

  constructor(tools: DriverTools, owner: DriverOwner) {
    this.#tools = tools
    this.#owner = owner
    this.#timers = new NamedTimers(tools.clock, this)
    this.#context = { config: tools.config, now: 0, random: tools.random, intents: tools.intents.mask }
  }

  /** From now on events are not taken note of, so that the next process gets them. The connection goes on. */
  pause(): void {
    this.#paused = true
  }

  get paused(): boolean {
    return this.#paused
  }

  leave(frame: WireFrame, epoch: number): void {
    if (epoch === this.#state.epoch) this.#owner.onLeft(frame)
    this.feed({ type: 'activity', epoch })
  }

  /** Whether it waits for a turn to identify. */
  get queued(): boolean {
    return this.#queued
  }

  get state(): State {
    return this.#state
  }

  /** Takes inputs one after the other, also those that come while the effects of another are being done. */
  feed(input: Input): void {
    if (this.#busy) {
      this.#waiting.push(input)
      return
    }
    this.#busy = true
    try {
      for (let next: Input | undefined = input; next; next = this.#waiting.shift()) this.#take(next)
    } finally {
      this.#busy = false
    }
  }

  #take(input: Input): void {
    const before = this.#state.name
    try {
      // The last word needs no time, which may be what fails.
      if (input.type !== 'fault' || !input.last) this.#context.now = this.#tools.clock.now()
      this.#noteSign(input)
      this.#context.intents = this.#tools.intents.mask
      const { state, effects } = transition(this.#state, input, this.#context)
      this.#state = state
      for (const effect of effects) this.#perform(effect)
    } catch (error) {
      this.#onFault(error)
    }
    this.#tellState(before)
  }

  #tellState(before: State['name']): void {
    const { name } = this.#state
    if (name === before) return
    try {
      if (before === 'opening' && name === 'waiting') this.#owner.onUnreachable()
      this.#owner.onState(this.#state)
      this.#faults = 0
    } catch (error) {
      this.#onFault(error)
    }
  }

  /** Anything that arrives over the present socket is a sign of life. */
  #noteSign({ type, epoch }: Input): void {
    if (epoch !== this.#state.epoch) return
    if (type === 'frame' || type === 'activity' || type === 'malformed') {
      this.vitals.lastFrameAt = this.#context.now
    }
  }

  /** Something of ours threw where it must not: the machine starts over with a fresh socket (ST-03). */
  #onFault(error: unknown): void {
    this.#faults += 1
    this.#owner.onRecord({
      level: 'error',
      event: 'gateway.fault',
      message: 'an internal part failed unexpectedly; starting over with a fresh connection',
      error,
    })
    this.#waiting.unshift({ type: 'fault', epoch: null, error, last: this.#faults >= MOST_FAULTS })
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'dispatch':
        this.counters.events += 1
        if (effect.replayed) this.counters.replayed += 1
        return this.#owner.onDispatch(effect.frame)
      case 'prepare':
        return void this.#prepare(effect.freshToken, effect.identify)
      case 'open':
        return this.#open(effect.url)
      case 'send_identify':
        return this.#identify(effect.intents)
      case 'leave_out_intents':
        return this.#tools.intents.keep(effect.kept)
      case 'send_resume':
        return this.#resume(effect.id, effect.seq)
      case 'send_heartbeat':
        this.vitals.beatSentAt = this.#context.now
        return this.#socket?.send(encodeHeartbeat(effect.seq))
      case 'answer_heartbeat':
        return this.#socket?.send(encodeHeartbeat(effect.seq))
      case 'acked':
        return this.#onAck()
      case 'close':
        return this.#socket?.close(effect.code, effect.reason)
      case 'acquire_permit':
        return void this.#acquire()
      case 'set_timer':
        return this.#timers.set(effect.name, effect.ms, this.#state.epoch)
      case 'clear_timer':
        return this.#timers.clear(effect.name)
      case 'abandon':
        return this.#abandon()
      case 'session_started':
        return this.#owner.onSessionStarted(effect.id)
      case 'session_resumed':
        this.counters.resumed += 1
        // The replay of an earlier process's events is not over while they are left to the next one.
        return this.#paused ? undefined : this.#owner.onSessionResumed()
      case 'gap':
        return this.#owner.onGap(effect.gap)
      case 'session_dropped':
        return this.#owner.onSessionDropped(effect.gap)
      case 'lost': {
        const key = effect.cause.kind === 'closed' ? String(effect.cause.code) : effect.cause.kind
        this.counters.losses[key] = (this.counters.losses[key] ?? 0) + 1
        if (effect.cause.kind === 'zombie') this.counters.zombies += 1
        return
      }
      case 'record': {
        const { type: _, ...record } = effect
        return this.#owner.onRecord(record)
      }
      case 'stopped':
        return this.#owner.onStopped(effect.fault, effect.resumable)
    }
  }

  async #prepare(fresh: boolean, identify: boolean): Promise<void> {
    const { epoch } = this.#state
    const { token, permits, clock } = this.#tools
    const work = this.#begin()
    const { signal } = work
    try {
      const asked = this.#context.now
      let fetched = await token({ fresh, signal })
      const { url, restored } = await this.#owner.destination({ wantsSession: identify, signal })
      // It may have had less than a minute left (§1.3), and somebody else's session may have been waited for.
      if (clock.now() - asked > TOKEN_AGE) fetched = await token({ fresh: false, signal })
      const budgetDelay = identify && !restored ? permits.budgetDelay() : 0
      // No socket is opened only to wait for a turn beside it.
      if (identify && !restored && budgetDelay === 0) {
        if (!(await this.#takeTurn(epoch, signal))) return
        if (clock.now() - asked > TOKEN_AGE) fetched = await token({ fresh: false, signal })
      }
      // A late answer must not touch the token of the attempt that came after.
      if (signal.aborted) return
      this.#token = fetched
      this.feed({ type: 'prepared', epoch, url, budgetDelay, restored })
    } catch (error) {
      if (!signal.aborted) this.feed({ type: 'unprepared', epoch, fault: faultOf(error), error })
    }
    this.#end(work)
  }

  /** Waits for a turn to identify; `false`: none came, and that is told. */
  async #takeTurn(epoch: number, signal: AbortSignal): Promise<boolean> {
    const { permits, clock, config } = this.#tools
    const late = new AbortController()
    const leave = onAbort(signal, () => late.abort(signal.reason))
    const cancel = clock.setTimer(config.deadlines.permit, () => late.abort(new Error('no turn came')))
    this.#queued = true
    try {
      const asked = permits.acquire(this.#owner.id, late.signal)
      const giveBack = (permit: IdentifyPermit): void => {
        // A turn that comes too late goes to the next shard.
        if (late.signal.aborted) permit.release({ used: false })
      }
      asked.then(giveBack).catch(() => {})
      this.#permit = checkPermit(await abortable(asked, late.signal))
      return true
    } catch (error) {
      if (signal.aborted) return false
      this.feed(
        late.signal.aborted ? { type: 'unpermitted', epoch } : { type: 'fault', epoch, error, last: false },
      )
      return false
    } finally {
      this.#queued = false
      cancel()
      leave()
    }
  }

  async #acquire(): Promise<void> {
    const { epoch } = this.#state
    // It had its turn before the socket was opened.
    if (this.#permit) return this.feed({ type: 'permitted', epoch })
    const work = this.#begin()
    const { signal } = work
    try {
      const permit = await this.#tools.permits.acquire(this.#owner.id, signal)
      this.#permit = permit
      if (!signal.aborted) this.feed({ type: 'permitted', epoch })
      // Whatever came between: a permit that was not used goes to the next shard.
      if (this.#permit === permit) this.#release(false)
    } catch (error) {
      if (!signal.aborted) this.feed({ type: 'fault', epoch, error, last: false })
    }
    this.#end(work)
  }

  #begin(): AbortController {
    this.#work = new AbortController()
    return this.#work
  }

  #end(work: AbortController): void {
    if (this.#work === work) this.#work = null
  }

  #release(used: boolean): void {
    const permit = this.#permit
    this.#permit = null
    permit?.release({ used })
  }

  #identify(intents: number): void {
    if (!this.#permit) throw new TypeError('no identify without a permit')
    this.counters.identifies += 1
    this.#socket?.send(encodeIdentify(this.#token, intents, this.#owner.id))
    this.#release(true)
  }

  #resume(id: string, seq: number): void {
    this.counters.resumes += 1
    const since = this.#state.session?.heardAt ?? this.#context.now
    this.#socket?.send(encodeResume(this.#token, id, this.#owner.onResuming(seq, since)))
  }

  #open(url: string): void {
    const { transport, maxPayload } = this.#tools
    this.counters.connects += 1
    const connection = new Connection(this, this.#state.epoch, maxPayload)
    this.#socket = transport.open(url, connection, { maxPayload })
  }

  #onAck(): void {
    const { now } = this.#context
    const { vitals } = this
    vitals.lastAckAt = now
    if (vitals.beatSentAt !== null) vitals.latency = now - vitals.beatSentAt
    // What is acknowledged next is a later beat, or an answer to one of the server's.
    vitals.beatSentAt = null
  }

  #abandon(): void {
    this.#timers.clearAll()
    this.#work?.abort(new Error('this connection is over'))
    this.#work = null
    this.#release(false)
    this.#token = ''
    Object.assign(this.vitals, noVitals())
    const socket = this.#socket
    this.#socket = null
    try {
      socket?.terminate()
    } catch (error) {
      // It is let go of all the same, and what is still to be done must be done.
      const message = 'a socket could not be terminated'
      this.#owner.onRecord({ level: 'warn', event: 'gateway.terminate_failed', message, error })
    }
  }
}

/** How bad it is that an attempt could not be prepared. A session in use elsewhere will not become free by asking. */
const faultOf = (error: unknown): AccessFault['access'] =>
  QqkitError.is(error) && error.code === 'session_busy' ? 'fatal' : accessFaultOf(error)
