import type { Clock } from '@qqkit/core'

import type { RedisLink, RedisPort } from '../../../src/port/port.js'
import type { SendCommand } from '../../../src/port/connection.js'
import type { EventQueue } from '../../../src/queue/event-queue.js'
import { runScript, script } from '../../../src/queue/scripts.js'
import type { SettledElsewhere } from '../../../src/worker/settled-elsewhere.js'
import { type Lane, type ModelServer, ORDERS } from './model-server.js'
import type { ProcessClock } from './process-clock.js'

/** ms that a command is on its way at most, and as long back. */
const WAY = 3
/** Most turns of promises between an answer and what continues with it. */
const TURNS = 5

const scripts = {
  open: script('open'),
  publish: script('publish'),
  work: script('work'),
  tick: script('tick'),
  join: script('join'),
  claimClicks: script('claimClicks'),
  note: script('note'),
  seen: script('seen'),
  snapshot: script('snapshot'),
  unfinished: script('unfinished'),
  stop: script('stop'),
  stops: script('stops'),
  owner: script('owner'),
  tell: script('tell'),
  ask: script('ask'),
}

interface Reply {
  readonly at: number
  readonly run: () => void
}

/** Lets some turns of promises pass. */
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve()
}

/** One connection to a {@link ModelServer}: in order in both directions, as a stream of bytes is. */
class ModelLink implements RedisLink {
  readonly #port: ModelPort
  readonly #life: number
  readonly #onEnd: () => void
  readonly #leaves: (() => void)[]
  #state: 'open' | 'silent' | 'closed' = 'open'
  /** Whether what is still on its way to the server arrives there. */
  #arrives = true
  #sentUntil = -Infinity
  #repliedUntil = -Infinity
  #replies: Reply[] = []

  constructor(port: ModelPort, onEnd: () => void) {
    this.#port = port
    this.#life = port.server.lives
    this.#onEnd = onEnd
    this.#leaves = [port.server.onDeath(() => this.cut())]
  }

  get isClosed(): boolean {
    return this.#state === 'closed'
  }

  command(args: readonly string[]): Promise<unknown> {
    const { world, server } = this.#port
    this.#port.commands += 1
    return new Promise((resolve, reject) => {
      if (this.#state === 'closed') return reject(new Error('Connection is closed.'))
      this.#sentUntil = Math.max(this.#sentUntil, world.now() + this.#port.pass())
      world.setTimer(this.#sentUntil - world.now(), () =>
        server.reach(() => {
          if (this.#state === 'silent' || !this.#arrives) return
          if (!server.isUp || server.lives !== this.#life) return
          const count = Math.floor(this.#port.random() * TURNS)
          try {
            const answer = server.execute(args)
            this.#reply(() => void turns(count).then(() => resolve(answer)))
          } catch (error) {
            this.#reply(() => void turns(count).then(() => reject(error as Error)))
          }
        }),
      )
    })
  }

  async subscribe(
    channels: readonly string[],
    onMessage: (message: string, channel: string) => void,
  ): Promise<void> {
    const end = this.#port.server.hear((channel, message) => {
      if (channels.includes(channel)) this.#reply(() => onMessage(message, channel))
    })
    this.#leaves.push(end)
    await this.command(['TIME'])
  }

  destroy(): void {
    if (this.#state === 'closed') return
    this.#close()
    this.#port.clock.arrive(this.#onEnd)
  }

  /** The connection breaks. */
  cut(): void {
    if (this.#state === 'closed') return
    this.#close()
    this.#port.world.setTimer(this.#port.pass(), () => this.#port.clock.arrive(this.#onEnd))
  }

  /** Nothing passes any more, and nobody says so. */
  mute(): void {
    if (this.#state === 'open') this.#state = 'silent'
  }

  /** What is sent from now on, or answered, takes longer. */
  stall(ms: number, direction: 'there' | 'back'): void {
    const until = this.#port.world.now() + ms
    if (direction === 'there') this.#sentUntil = Math.max(this.#sentUntil, until)
    else this.#repliedUntil = Math.max(this.#repliedUntil, until)
  }

  #close(): void {
    this.#state = 'closed'
    this.#arrives = this.#port.random() < 0.5
    for (const leave of this.#leaves) leave()
  }

  #reply(run: () => void): void {
    const { world, clock } = this.#port
    this.#repliedUntil = Math.max(this.#repliedUntil, world.now() + this.#port.pass())
    this.#replies.push({ at: this.#repliedUntil, run })
    world.setTimer(this.#repliedUntil - world.now(), () => clock.arrive(() => this.#read()))
  }

  /** What has arrived is read together, or by and by. */
  #read(): void {
    const { world, random } = this.#port
    const all = random() < 0.7
    while (this.#state === 'open' && this.#replies[0] && this.#replies[0].at <= world.now()) {
      this.#replies.shift()!.run()
      if (!all) return
    }
  }
}

/** What a {@link ModelPort} works with. */
export interface ModelPortDeps {
  readonly server: ModelServer
  readonly clock: ProcessClock
  readonly world: Clock
  readonly random: () => number
  /** The server has executed a command of the queue: its name, or `take` or `settle` for a part of it. */
  readonly onExecuted: (command: string) => void
}

/** The way of one process to a {@link ModelServer}. */
export class ModelPort implements RedisPort {
  readonly server: ModelServer
  readonly clock: ProcessClock
  readonly world: Clock
  readonly random: () => number
  /** How many were sent. */
  commands: number = 0
  /** How many connections were opened. */
  opened: number = 0
  /** Whether new connections come through. */
  isReachable: boolean = true
  readonly #onExecuted: (command: string) => void
  #links = new Set<ModelLink>()

  constructor({ server, clock, world, random, onExecuted }: ModelPortDeps) {
    this.server = server
    this.clock = clock
    this.world = world
    this.random = random
    this.#onExecuted = onExecuted
  }

  pass(): number {
    return 1 + Math.floor(this.random() * WAY)
  }

  readonly duplicate: RedisPort['duplicate'] = (onEnd) =>
    new Promise((resolve, reject) => {
      this.world.setTimer(2 * this.pass(), () => {
        if (!this.isReachable) return
        this.clock.arrive(() => {
          if (!this.server.isUp) return reject(new Error('connect ECONNREFUSED'))
          this.opened += 1
          const link = new ModelLink(this, onEnd)
          this.#links = new Set([...this.#links].filter(({ isClosed }) => !isClosed)).add(link)
          resolve(link)
        })
      })
    })

  /** Each connection of the process. */
  each(what: (link: ModelLink) => void): void {
    for (const link of this.#links) what(link)
  }

  /** The queue, over the connection of the process. */
  queue(lane: Lane, send: SendCommand): EventQueue {
    const { server } = this
    const model = server[lane]
    // Handlers of events alone are judged.
    const isLeased = lane === 'events'
    const say = <T>(answer: T): T => {
      server.say(lane)
      return answer
    }
    const call = async <T>(name: keyof typeof scripts, work: () => T): Promise<T> =>
      this.#call(send, name, work)
    return {
      ownKey: '',
      channel: lane,
      orders: ORDERS,
      open: async (...args) => call('open', () => model.open(...args)),
      publish: async (source, token, batch) =>
        call('publish', () => {
          if (batch.events.some(({ order }) => order)) server.say('clicks')
          return say(model.publish(source, token, batch))
        }),
      work: async (token, most, settled) =>
        call('work', () => {
          const answer = model.work(token, most, settled)
          server.watch.onSettled(
            token,
            settled.filter((_, index) => !answer.lost.includes(index)),
          )
          server.watch.onTaken(token, answer.taken)
          if (answer.taken.length > 0) this.#onExecuted('take')
          if (settled.length > 0) this.#onExecuted('settle')
          return settled.length > 0 ? say(answer) : answer
        }),
      tick: async (token, options) =>
        call('tick', () => {
          const before = model.tokens
          const answer = model.tick(token, options)
          if (isLeased && answer.kind === 'kept') server.watch.onLease(token, options.ttl)
          const after = new Set(model.tokens)
          const reaped = before.filter((token) => !after.has(token))
          server.watch.onReaped(reaped)
          return reaped.length > 0 ? say(answer) : answer
        }),
      join: async (name, token, options) =>
        call('join', () => {
          const answer = model.join(name, token, options)
          if (isLeased && model.tokens.includes(token)) server.watch.onLease(token, options.ttl)
          return say(answer)
        }),
      claimClicks: async () => call('claimClicks', () => model.claimClicks()),
      note: async (...args) => call('note', () => model.note(...args)),
      unfinished: async (...args) => call('unfinished', () => model.unfinished(...args)),
      stop: async (...args) => call('stop', () => model.stop(...args)),
      stops: async (...args) => call('stops', () => model.stops(...args)),
      owner: async (...args) => call('owner', () => model.owner(...args)),
      seen: async (...args) => call('seen', () => model.seen(...args)),
      snapshot: async () => call('snapshot', () => model.snapshot()),
    }
  }

  /** What workers told, over the connection of the process. */
  elsewhere(send: SendCommand): SettledElsewhere {
    const { server } = this
    return {
      tell: async (keys) => this.#call(send, 'tell', () => server.tell(keys)),
      ask: async (keys) => this.#call(send, 'ask', () => server.toldOf(keys)),
    }
  }

  async #call<T>(send: SendCommand, name: keyof typeof scripts, work: () => T): Promise<T> {
    const { server } = this
    const { text, sha } = scripts[name]
    const handle = server.call(() => {
      server.learn(sha)
      const answer = work()
      this.#onExecuted(name)
      return answer
    })
    return (await runScript(send, { text, sha }, [], [handle])) as T
  }
}
