import fc from 'fast-check'

import { PublishLog } from '../../src/decisions/publish-log.js'
import { audit, type QueueSnapshot } from '../../src/queue/audit.js'
import type { EventName, Settled, TakenEvent } from '../../src/queue/event-queue.js'
import { ModelQueue } from './model-queue.js'

/** One step of a night; places are taken modulo what there is. */
export type Step =
  | { readonly do: 'say'; readonly conversation: number }
  /** `reply: false`: the server takes it, and the answer does not arrive. */
  | { readonly do: 'publish'; readonly reply: boolean; readonly most: number }
  | { readonly do: 'work'; readonly worker: number; readonly most: number; readonly reply: boolean }
  | {
      readonly do: 'finish'
      readonly worker: number
      readonly which: number
      readonly outcome: 'done' | 'back'
    }
  | { readonly do: 'tick'; readonly worker: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'kill'; readonly worker: number }
  | { readonly do: 'join'; readonly worker: number }
  | { readonly do: 'republisher' }
  | { readonly do: 'rewind'; readonly by: number }

const place = fc.nat(7)
const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.WeightedArbitrary<T> => ({
  weight,
  arbitrary,
})

/** Steps of a night. */
export const nights: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    often<Step>(6, fc.record({ do: fc.constant('say'), conversation: fc.nat(3) })),
    often<Step>(
      6,
      fc.record({ do: fc.constant('publish'), reply: fc.boolean(), most: fc.integer({ min: 1, max: 5 }) }),
    ),
    often<Step>(
      6,
      fc.record({ do: fc.constant('work'), worker: place, most: fc.nat(3), reply: fc.boolean() }),
    ),
    often<Step>(
      8,
      fc.record({
        do: fc.constant('finish'),
        worker: place,
        which: place,
        outcome: fc.constantFrom('done', 'done', 'done', 'back'),
      }),
    ),
    often<Step>(3, fc.record({ do: fc.constant('tick'), worker: place })),
    often<Step>(2, fc.record({ do: fc.constant('pass'), ms: fc.integer({ min: 1, max: 12_000 }) })),
    often<Step>(1, fc.record({ do: fc.constant('kill'), worker: place })),
    often<Step>(2, fc.record({ do: fc.constant('join'), worker: place })),
    often<Step>(1, fc.constant({ do: 'republisher' })),
    often<Step>(1, fc.record({ do: fc.constant('rewind'), by: fc.nat(12) })),
  ),
  // By default lists are short.
  { maxLength: 90, size: 'max' },
)

const TTL = 15_000
const MOST = 6
const LIVES = 3

interface Worker {
  readonly name: string
  joins: number
  /** Whether it has to join before anything else. */
  mustJoin: boolean
  readonly running: Map<string, TakenEvent>
  settled: Settled[]
  /** End of the lease as it knows it. */
  validUntil: number
}

/** Plays a night on the model, and checks after every step what must hold. */
export class Night {
  readonly queue: ModelQueue
  readonly #workers: Worker[] = []
  readonly #log: PublishLog
  #publisher = 1
  readonly #past: unknown[] = []
  /** Said, by conversation, in order. */
  readonly #said: string[][] = [[], [], [], []]
  /** The order in which events were begun for the first time. */
  readonly #begun: string[] = []
  readonly #done = new Set<string>()
  readonly #deaths = new Map<string, number>()
  #born = 0
  /** Whether the night can have made anything happen twice. */
  #disturbed = false

  constructor(queue: ModelQueue = new ModelQueue(), log: PublishLog = new PublishLog()) {
    this.queue = queue
    this.#log = log
    this.queue.open('s', 'publisher:1', { again: false, mark: 0 })
    for (let count = 0; count < 3; count += 1) this.#hire()
  }

  play(steps: readonly Step[]): void {
    for (const step of steps) {
      this.#past.push(this.queue.save())
      this.#step(step)
      this.#check()
    }
    this.#end()
  }

  #hire(): void {
    this.#born += 1
    const worker: Worker = {
      name: `w${this.#born}`,
      joins: 0,
      mustJoin: true,
      running: new Map(),
      settled: [],
      validUntil: 0,
    }
    this.#workers.push(worker)
    this.#join(worker)
  }

  #worker(at: number): Worker {
    return this.#workers[at % this.#workers.length]!
  }

  #token({ name, joins }: Worker): string {
    return `${name}:${joins}`
  }

  #step(step: Step): void {
    switch (step.do) {
      case 'say': {
        const said = this.#said[step.conversation]!
        const body = `${step.conversation}/${said.length}`
        said.push(body)
        this.#log.add({ digest: body, conversation: String(step.conversation), body })
        return
      }
      case 'publish':
        return this.#publish(step.most, step.reply)
      case 'work':
        return this.#work(this.#worker(step.worker), step.most, step.reply)
      case 'finish': {
        const worker = this.#worker(step.worker)
        const events = [...worker.running.values()]
        const event = events[step.which % Math.max(1, events.length)]
        if (!event) return
        const { conversation, id } = event
        worker.running.delete(conversation)
        worker.settled.push({ conversation, id, outcome: step.outcome })
        if (step.outcome === 'done') this.#done.add(event.body)
        return
      }
      case 'tick':
        return this.#tick(this.#worker(step.worker))
      case 'pass':
        this.queue.now += step.ms
        return
      case 'kill': {
        const worker = this.#worker(step.worker)
        this.#workers.splice(this.#workers.indexOf(worker), 1)
        this.#hire()
        return
      }
      case 'join':
        return this.#join(this.#worker(step.worker))
      case 'republisher':
        return this.#reopen()
      case 'rewind':
        return this.#rewind(step.by)
    }
  }

  #publish(most: number, reply: boolean): void {
    const batch = this.#log.batch(most)
    if (batch.events.length === 0) return
    const answer = this.queue.publish('s', `publisher:${this.#publisher}`, { ...batch, most: MOST })
    if (answer.kind !== 'taken') throw new Error(`the publisher was answered ${answer.kind}`)
    if (reply) this.#log.taken(batch.first, answer.fates, this.queue.now)
    else this.#reopen()
  }

  #reopen(): void {
    const token = `publisher:${this.#publisher}`
    const answer = this.queue.open('s', token, { again: true, mark: null })
    const resumption = this.#log.opened(answer.kind === 'open' ? answer.mark : null)
    if (resumption.kind === 'torn') throw new Error('the log does not reach back')
    if (resumption.kind === 'emptied' || answer.kind === 'absent')
      this.queue.open('s', token, { again: true, mark: this.#log.mark })
  }

  #join(worker: Worker): void {
    worker.joins += 1
    worker.mustJoin = false
    const running: EventName[] = [...worker.running.values()]
    // What is settled and not told is still its own.
    const all = [...running, ...worker.settled]
    const { lost } = this.queue.join(worker.name, this.#token(worker), { ttl: TTL, running: all })
    for (const index of lost) {
      const { conversation } = all[index]!
      if (index < running.length) worker.running.delete(conversation)
    }
    const lostNames = new Set(lost.map((index) => all[index]))
    worker.settled = worker.settled.filter((one) => !lostNames.has(one))
    worker.validUntil = this.queue.now + TTL
  }

  #tick(worker: Worker): void {
    if (worker.mustJoin) return this.#join(worker)
    const before = this.queue.snapshot()
    const answer = this.queue.tick(this.#token(worker), { ttl: TTL, reap: true })
    this.#countDeaths(before, worker)
    if (answer.kind === 'kept') worker.validUntil = this.queue.now + TTL
    else this.#join(worker)
  }

  /** What is freed by a tick was in the hands of a worker whose lease ran out: killed, or blocked for too long. */
  #countDeaths({ own, bodies, workers }: QueueSnapshot, by: Worker): void {
    const after = this.queue.snapshot().own
    for (const [conversation, owner] of own) {
      if (after.has(conversation)) continue
      const [id = '', token = ''] = owner.split(' ')
      if (token === this.#token(by) || (workers.get(token) ?? 0) >= this.queue.now)
        throw new Error(`${conversation} was taken from ${token}, which lives`)
      const body = bodies.get(id) ?? ''
      this.#deaths.set(body, (this.#deaths.get(body) ?? 0) + 1)
      this.#disturbed = true
    }
  }

  #work(worker: Worker, most: number, reply: boolean): void {
    if (worker.mustJoin) return this.#join(worker)
    const { settled } = worker
    const answer = this.queue.work(this.#token(worker), most, settled)
    if (!reply) return this.#join(worker)
    worker.settled = []
    for (const event of answer.taken) {
      if (event.lives >= LIVES) {
        if ((this.#deaths.get(event.body) ?? 0) < LIVES)
          throw new Error(`${event.body} did not die ${LIVES} times`)
        this.#done.add(event.body)
        worker.settled.push({ ...event, outcome: 'dead' })
        continue
      }
      worker.running.set(event.conversation, event)
      if (!this.#begun.includes(event.body)) this.#begun.push(event.body)
      if (this.#done.has(event.body) && !this.#disturbed) throw new Error(`${event.body} was handled twice`)
    }
    if (!answer.live) this.#join(worker)
  }

  #rewind(by: number): void {
    this.#disturbed = true
    this.queue.restore(this.#past[Math.max(0, this.#past.length - 1 - by)])
    this.#reopen()
    // Everybody notices, and joins before anybody takes: takers wait for a second.
    for (const worker of this.#workers) this.#join(worker)
  }

  #check(): void {
    const faults = audit(this.queue.snapshot())
    if (faults.length > 0) throw new Error(faults.join('; '))
    const owners = new Map<string, string>()
    for (const worker of this.#workers) {
      if (worker.mustJoin || worker.validUntil <= this.queue.now) continue
      for (const { body } of worker.running.values()) {
        const [conversation = ''] = body.split('/')
        const other = owners.get(conversation)
        if (other !== undefined) throw new Error(`${other} and ${worker.name} both run ${conversation}`)
        owners.set(conversation, worker.name)
      }
    }
  }

  /** Everything that was said is handled in the end, in order. */
  #end(): void {
    for (let turn = 0; turn < 1000 && !this.#isOver(); turn += 1) {
      this.queue.now += 1000
      this.#publish(5, true)
      for (const worker of this.#workers) {
        this.#tick(worker)
        this.#work(worker, 3, true)
        for (let which = 0; worker.running.size > 0; which += 1)
          this.#step({ do: 'finish', worker: this.#workers.indexOf(worker), which, outcome: 'done' })
      }
      this.#check()
    }
    if (!this.#isOver()) throw new Error('the queue does not become empty')
    const all = this.#said.flat()
    const missing = all.filter((body) => !this.#done.has(body))
    if (missing.length > 0) throw new Error(`lost: ${missing.join(' ')}`)
    for (const [conversation, said] of this.#said.entries()) {
      const begun = this.#begun.filter((body) => body.startsWith(`${conversation}/`))
      const expected = said.filter((body) => begun.includes(body))
      if (begun.join(' ') !== expected.join(' ')) throw new Error(`out of order: ${begun.join(' ')}`)
    }
    for (const body of this.queue.snapshot().dead)
      if ((this.#deaths.get(body) ?? 0) < LIVES) throw new Error(`${body} was given up too early`)
  }

  #isOver(): boolean {
    const { bodies } = this.queue.snapshot()
    return (
      bodies.size === 0 &&
      this.#log.pending === 0 &&
      this.#workers.every(({ settled }) => settled.length === 0)
    )
  }
}
