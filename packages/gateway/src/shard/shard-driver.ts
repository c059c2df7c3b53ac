import {
  type AccessFault,
  type IdentifyPermit,
  type Socket,
  type SocketClose,
  type SocketEvents,
  type WireFrame,
} from '@qqkit/core'
import { abortable, onAbort } from '@qqkit/core/internal'
import { Opcode } from '@qqkit/protocol'

import { accessFaultOf, isBusy } from '../machine/errors.js'
import type { Context, Input, TimerName } from '../machine/input.js'
import { initialState, type State } from '../machine/state.js'
import { transition } from '../machine/states/transition.js'
import type { Effect, InputOf } from '../machine/step.js'
import { decode, Malformed, encodeHeartbeat, encodeIdentify, encodeResume } from './codec.js'
import { NamedTimers, type TimerEvents } from './named-timers.js'
import type { DriverDeps, DriverEvents } from './ports.js'
import { type Counters, noCounters, noVitals, type Vitals } from './status.js'

/** After this many faults in a row the shard stops instead of starting over. */
const MOST_FAULTS = 3

/** A token older than this, in ms, is requested again before use. */
const TOKEN_AGE = 5000

const checkPermit = (permit: IdentifyPermit | undefined): IdentifyPermit => {
  if (permit) return permit
  throw new TypeError('acquire() returned no permit')
}

/**
 * Runs one machine: owns its socket, timers and background work, feeds inputs into {@link transition}, and performs the
 * effects. Decides nothing.
 */
export class ShardDriver implements TimerEvents {
  readonly vitals: Vitals = noVitals()
  readonly counters: Counters = noCounters()
  readonly #deps: DriverDeps
  readonly #events: DriverEvents
  readonly #timers: NamedTimers
  readonly #context: { -readonly [K in keyof Context]: Context[K] }
  readonly #waiting: Input[] = []
  #state: State = initialState
  #busy = false
  /** In a row, without a reported state in between. */
  #faults = 0
  #paused = false
  #socket: Socket | null = null
  #work: AbortController | null = null
  #permit: IdentifyPermit | null = null
  #queued = false
  #token = ''

  constructor(deps: DriverDeps, events: DriverEvents) {
    this.#deps = deps
    this.#events = events
    this.#timers = new NamedTimers(deps, this)
    this.#context = { config: deps.config, now: 0, random: deps.random, intents: deps.intents.mask }
  }

  /** From now on events are not taken, so that the next process gets them. The connection stays open. */
  pause(): void {
    this.#paused = true
  }

  get paused(): boolean {
    return this.#paused
  }

  /** An event came while paused: a sign of life, otherwise left to the next process. */
  leaveToNext(frame: WireFrame, epoch: number): void {
    if (epoch === this.#state.epoch) this.#events.onLeftToNext(frame)
    this.feed({ type: 'activity', epoch })
  }

  /** Whether it waits for an identify permit. */
  get queued(): boolean {
    return this.#queued
  }

  get state(): State {
    return this.#state
  }

  onTimer(name: TimerName, epoch: number): void {
    this.feed({ type: 'timer', epoch, name })
  }

  /** Takes one input after the other; those that come while effects are performed wait for their turn. */
  feed(input: Input): void {
    if (this.#busy) {
      this.#waiting.push(input)
      return
    }
    this.#busy = true
    try {
      this.#take(input)
      while (this.#waiting.length > 0) this.#take(this.#waiting.shift() as Input)
    } finally {
      this.#busy = false
    }
  }

  #take(input: Input): void {
    const before = this.#state.name
    try {
      // The last fault needs no time: the clock may be what fails.
      if (input.type !== 'fault' || !input.last) this.#context.now = Math.floor(this.#deps.clock.now())
      this.#noteSign(input)
      this.#context.intents = this.#deps.intents.mask
      const { state, effects } = transition(this.#state, input, this.#context)
      this.#state = state
      for (const effect of effects) this.#perform(effect, input)
    } catch (error) {
      this.#onFault(error)
    }
    this.#reportState(before)
  }

  #reportState(before: State['name']): void {
    const { name } = this.#state
    if (name === before) return
    try {
      if (before === 'opening' && name === 'waiting') this.#events.onUnreachable()
      this.#events.onState(this.#state)
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

  /** Unexpected internal error: the machine starts over with a fresh socket (ST-03). */
  #onFault(error: unknown): void {
    this.#faults += 1
    this.#events.onRecord({
      level: 'error',
      event: 'gateway.fault',
      message: 'unexpected internal error; starting over with a fresh connection',
      error,
    })
    this.#waiting.unshift({ type: 'fault', epoch: null, error, last: this.#faults >= MOST_FAULTS })
  }

  #perform(effect: Effect, input: Input): void {
    switch (effect.type) {
      case 'dispatch':
        this.counters.events += 1
        if (effect.replayed) this.counters.replayed += 1
        return this.#events.onDispatch((input as InputOf<'frame'>).frame, this.#context.now)
      case 'prepare':
        return void this.#prepare(effect.freshToken, effect.identify)
      case 'open':
        return this.#open(effect.url)
      case 'send_identify':
        return this.#identify(effect.intents)
      case 'leave_out_intents':
        return this.#deps.intents.keep(effect.kept)
      case 'send_resume':
        return this.#resume(effect.id, effect.seq)
      case 'send_heartbeat':
        this.vitals.beatSentAt = this.#deps.clock.now()
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
      case 'tear_down':
        return this.#tearDown()
      case 'session_started':
        return this.#events.onSessionStarted(effect.id)
      case 'session_resumed':
        this.counters.resumed += 1
        // While events are left to the next process, the replay is not over either.
        return this.#paused ? undefined : this.#events.onSessionResumed()
      case 'gap':
        return this.#events.onGap(effect.gap)
      case 'session_dropped':
        return this.#events.onSessionDropped(effect.gap)
      case 'disconnected': {
        const key = effect.cause.kind === 'closed' ? String(effect.cause.code) : effect.cause.kind
        this.counters.disconnects[key] = (this.counters.disconnects[key] ?? 0) + 1
        if (effect.cause.kind === 'zombie') this.counters.zombies += 1
        return
      }
      case 'record': {
        const { type: _, ...record } = effect
        return this.#events.onRecord(record)
      }
      case 'stopped':
        return this.#events.onStopped(effect.fault, effect.resumable)
    }
  }

  async #prepare(fresh: boolean, identify: boolean): Promise<void> {
    const { epoch } = this.#state
    const deps = this.#deps
    const { permits, clock } = deps
    const work = this.#begin()
    const { signal } = work
    try {
      const asked = this.#context.now
      let fetched = await deps.token({ fresh, signal })
      const { url, restored } = await this.#events.destination({ wantsSession: identify, signal })
      // The token may have had less than a minute left (§1.3), and waiting for a session in use may have taken longer.
      if (clock.now() - asked > TOKEN_AGE) fetched = await deps.token({ fresh: false, signal })
      const budgetDelay = identify && !restored ? permits.budgetDelay() : 0
      // No socket is opened only to wait for a permit.
      if (identify && !restored && budgetDelay === 0) {
        if (!(await this.#takePermit(epoch, signal))) return
        if (clock.now() - asked > TOKEN_AGE) fetched = await deps.token({ fresh: false, signal })
      }
      // A late answer must not replace the token of a later attempt.
      if (signal.aborted) return
      this.#token = fetched
      this.feed({ type: 'prepared', epoch, url, budgetDelay, restored })
    } catch (error) {
      if (!signal.aborted) this.feed({ type: 'unprepared', epoch, fault: faultOf(error), error })
    }
    this.#end(work)
  }

  /** Waits for an identify permit; `false`: none came, and the machine knows. */
  async #takePermit(epoch: number, signal: AbortSignal): Promise<boolean> {
    const { permits, clock, config } = this.#deps
    const late = new AbortController()
    const leave = onAbort(signal, () => late.abort(signal.reason))
    const cancel = clock.setTimer(config.deadlines.permit, () =>
      late.abort(new Error('no identify permit came')),
    )
    this.#queued = true
    try {
      const asked = permits.acquire(this.#events.id, late.signal)
      const giveBack = (permit: IdentifyPermit): void => {
        // A permit that comes too late goes to the next shard.
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
    // The permit was acquired before the socket was opened.
    if (this.#permit) return this.feed({ type: 'permitted', epoch })
    const work = this.#begin()
    const { signal } = work
    try {
      const permit = await this.#deps.permits.acquire(this.#events.id, signal)
      this.#permit = permit
      if (!signal.aborted) this.feed({ type: 'permitted', epoch })
      // The machine may have moved on: an unused permit goes to the next shard.
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
    if (!this.#permit) throw new TypeError('identify requires a permit')
    this.counters.identifies += 1
    this.#socket?.send(encodeIdentify(this.#token, intents, this.#events.id))
    this.#release(true)
  }

  #resume(id: string, seq: number): void {
    this.counters.resumes += 1
    const since = this.#state.session?.heardAt ?? this.#context.now
    this.#socket?.send(encodeResume(this.#token, id, this.#events.onResuming(seq, since)))
  }

  #open(url: string): void {
    const { transport, maxPayload } = this.#deps
    this.counters.connects += 1
    const connection = new Connection(this, this.#state.epoch, maxPayload)
    this.#socket = transport.open(url, connection, { maxPayload })
  }

  #onAck(): void {
    const now = this.#deps.clock.now()
    const { vitals } = this
    vitals.lastAckAt = now
    if (vitals.beatSentAt !== null) vitals.latency = now - vitals.beatSentAt
    // The next ACK belongs to a later beat, or to an answer to one of the server's.
    vitals.beatSentAt = null
  }

  #tearDown(): void {
    this.#timers.clearAll()
    this.#work?.abort(new Error('the connection has ended'))
    this.#work = null
    this.#release(false)
    this.#token = ''
    Object.assign(this.vitals, noVitals())
    const socket = this.#socket
    this.#socket = null
    try {
      socket?.terminate()
    } catch (error) {
      // The remaining effects must still be performed.
      const message = 'a socket could not be terminated'
      this.#events.onRecord({ level: 'warn', event: 'gateway.terminate_failed', message, error })
    }
  }
}

/** Whether a failed preparation may be repeated. A session in use elsewhere does not become free by asking. */
const faultOf = (error: unknown): AccessFault['access'] => (isBusy(error) ? 'fatal' : accessFaultOf(error))

/** Turns what happens to one socket into inputs of the machine, which carry the number of its connection (`epoch`). */
class Connection implements SocketEvents {
  readonly #driver: ShardDriver
  readonly #epoch: number
  readonly #maxPayload: number

  constructor(driver: ShardDriver, epoch: number, maxPayload: number) {
    this.#driver = driver
    this.#epoch = epoch
    this.#maxPayload = maxPayload
  }

  onOpen(): void {
    this.#driver.feed({ type: 'opened', epoch: this.#epoch })
  }

  onMessage(data: string | Uint8Array): void {
    const decoded = decode(data, this.#maxPayload)
    if (!(decoded instanceof Malformed)) return this.#onFrame(decoded)
    const { problem, unparseable } = decoded
    this.#driver.feed({ type: 'malformed', epoch: this.#epoch, problem, unparseable })
  }

  onActivity(): void {
    this.#driver.feed({ type: 'activity', epoch: this.#epoch })
  }

  onClose({ code, reason, error, refused }: SocketClose): void {
    this.#driver.feed({ type: 'closed', epoch: this.#epoch, code, reason, error, refused })
  }

  #onFrame(frame: WireFrame): void {
    const driver = this.#driver
    if (!driver.paused || frame.op !== Opcode.Dispatch || frame.t === 'READY') {
      driver.feed({ type: 'frame', epoch: this.#epoch, frame })
    } else if (frame.t === 'RESUMED') {
      // Without its number: the events replayed before it are left to the next process.
      driver.feed({ type: 'frame', epoch: this.#epoch, frame: { ...frame, s: null } })
    } else driver.leaveToNext(frame, this.#epoch)
  }
}
