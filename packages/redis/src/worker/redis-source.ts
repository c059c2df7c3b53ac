import type { CloseOptions, Delivery, Source, SourceRunOptions, SourceStatus } from '@qqkit/core'
import { messageOf, onAbort } from '@qqkit/core/internal'

import { readMark, type StopMark } from '../queue/stop-mark.js'
import { passExamination } from '../events/examination.js'
import { type Missing, PeerWatch } from '../events/peer-watch.js'
import { Listener } from '../port/listener.js'
import type { Connection } from '../port/connection.js'
import { Wake } from '../port/wake.js'
import { type LaneConsumer, LaneWork, type LaneWorkDeps, type WorkerLane } from './lane-work.js'

/** Dependencies of a {@link RedisSource}. */
export interface RedisSourceDeps extends LaneWorkDeps {
  /** Looks at the server before anything is taken from it. */
  readonly examine: () => Promise<void>
  readonly lanes: readonly WorkerLane[]
  readonly subscribe: Connection['subscribe']
  /** Looks for publishers. */
  readonly look: (unheard: SourceRunOptions['unheard']) => Promise<Missing | null>
}

/**
 * The events of a bot from its queue, for one of its workers. Each conversation is handled by one worker at a time, in order; an event
 * is removed when it is settled, and goes to another worker when this one dies, or loses its lease. Every event is `shared`.
 */
export class RedisSource implements Source {
  readonly shared = true
  readonly #deps: RedisSourceDeps
  #lanes: readonly LaneWork[] = []
  #state: SourceStatus['state'] = 'idle'
  #ended: Promise<void> | null = null
  #closing: Promise<void> | null = null
  /** Why the server cannot be asked yet. */
  #problem: string | null = null
  readonly #end: Wake
  readonly #watch: PeerWatch
  #unheard: SourceRunOptions['unheard']

  constructor(deps: RedisSourceDeps) {
    this.#deps = deps
    this.#end = new Wake(deps.clock)
    const look = async (): Promise<Missing | null> => deps.look(this.#unheard)
    this.#watch = new PeerWatch({ ...deps, look })
  }

  /** @throws RedisError `redis_unfit` for a server that would lose events, `redis_closed` */
  async run(
    deliver: (delivery: Delivery) => void,
    { signal, unheard, acknowledge }: SourceRunOptions = {},
  ): Promise<void> {
    this.#unheard = unheard
    if (signal?.aborted || this.#closing) return
    const leave = signal && onAbort(signal, () => void this.close({ resumable: true }))
    this.#state = 'connecting'
    this.#ended = this.#live({ deliver, acknowledge })
    try {
      await this.#ended
    } finally {
      leave?.()
    }
  }

  async #live(consumer: LaneConsumer): Promise<void> {
    const { lanes, process } = this.#deps
    const deps = { ...this.#deps, queues: lanes.map(({ queue }) => queue), onMark: this.#onMark }
    this.#lanes = lanes.map((lane, index) => new LaneWork(lane, `${process}/${index}`, deps, consumer))
    try {
      if (await this.#examined()) await this.#work()
    } finally {
      this.#state = 'stopped'
    }
  }

  async #examined(): Promise<boolean> {
    const { examine, log } = this.#deps
    const passed = await passExamination({
      examine,
      end: this.#end,
      isStopped: () => this.#closing !== null,
      onProblem: (error) => {
        const message = `the queue cannot be reached: ${messageOf(error)}`
        if (this.#problem === null) log({ level: 'warn', event: 'redis.work_waits', message, error })
        this.#problem = message
      },
    })
    this.#problem = null
    return passed
  }

  async #work(): Promise<void> {
    const ears = this.#listen()
    void this.#watch.run()
    try {
      await Promise.all(this.#lanes.map(async (lane) => lane.run()))
    } finally {
      ears.close()
      this.#watch.close()
    }
  }

  readonly #onMark = (conversation: string, mark: StopMark): void => {
    for (const lane of this.#lanes) lane.endByPerson(conversation, mark)
  }

  /** Hears that something became ready, and orders of persons. Without it lanes look now and then. */
  #listen(): Listener {
    const { clock, lanes, subscribe } = this.#deps
    const orders = new Set(lanes.map(({ queue }) => queue.orders))
    const channels = [...this.#lanes.map((lane) => lane.channel), ...orders]
    const look = (): void => {
      for (const lane of this.#lanes) lane.look()
    }
    return new Listener({
      clock,
      listen: async (onMessage, onEnd) => subscribe(channels, onMessage, onEnd),
      onMessage: (message, channel) => {
        const stop = orders.has(channel) ? readMark(message) : null
        if (stop) this.#onMark(...stop)
        for (const lane of this.#lanes) if (channel === lane.channel) lane.hear(message)
      },
      // After a loss lanes that wait join again at once.
      onLoss: look,
      onOpen: () => {
        for (const lane of this.#lanes) lane.listens()
      },
    })
  }

  status(): SourceStatus {
    if (this.#state === 'idle') return { state: 'idle', reason: 'not started' }
    if (this.#state === 'stopped' || this.#closing) return { state: 'stopped', reason: 'closed' }
    const problem = this.#problem ?? this.#lanes.find((lane) => lane.problem !== null)?.problem
    if (problem) return { state: 'waiting', reason: problem }
    const { problem: missing } = this.#watch
    return missing
      ? { state: 'ready', reason: missing.text.en, advice: missing.advice }
      : { state: 'ready', reason: 'takes events from Redis' }
  }

  /** Takes nothing from now on; what it has may finish. */
  drain(): void {
    for (const lane of this.#lanes) lane.drain()
  }

  /** Leaves what still runs to other workers, and tells the server within 5 s what was settled. */
  close(_options: CloseOptions = {}): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    for (const lane of this.#lanes) lane.stop()
    this.#end.now()
    await this.#ended?.catch(() => {})
    this.#state = 'stopped'
  }
}
