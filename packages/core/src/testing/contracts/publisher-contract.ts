import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'

import type {
  CloseOptions,
  Delivery,
  SettleOutcome,
  Source,
  SourceStatus,
  WireFrame,
} from '../../contracts/source.js'
import type { ContractCase } from './contract.js'

/** What puts the events of a source into a queue for other processes, such as that of `redis.publish()`. */
export interface PublisherUnderTest {
  run(options?: { readonly signal?: AbortSignal }): Promise<void>
  status(): SourceStatus
  drain(): void
  close(options?: CloseOptions): Promise<void>
}

/** An empty queue under test. */
export interface PublisherSubject {
  readonly publish: (source: Source) => PublisherUnderTest
  /** A worker that takes what is in the queue. */
  readonly work: () => Source
  /** A message of somebody, with the text in `d.content` and an id of its own: everybody has a conversation of their own. */
  readonly message: (text: string, from: string) => WireFrame
  /** Takes the queue away, and gives it back with all it had. */
  readonly away: () => Promise<void>
  readonly back: () => Promise<void>
  /** Waits a moment. */
  readonly pass: () => Promise<void>
  readonly dispose: () => Promise<void>
}

const PATIENCE = 2000

const textOf = ({ frame }: Pick<Delivery, 'frame'>): string =>
  String((frame.d as { readonly content?: unknown }).content)

/** A source that the suite operates, with the outcomes of its deliveries. */
class SourceByHand implements Source {
  readonly settled: string[] = []
  /** How often it was drained and closed. */
  drains = 0
  closes = 0
  isRelayed = false
  #state: SourceStatus['state'] = 'idle'
  #deliver: (delivery: Delivery) => void = () => {}
  #end: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null

  async run(deliver: (delivery: Delivery) => void, { relays = false } = {}): Promise<void> {
    this.#state = 'ready'
    this.#deliver = deliver
    this.isRelayed = relays
    await new Promise<void>((resolve, reject) => {
      this.#end = { resolve, reject }
    })
  }

  push(frame: WireFrame): void {
    const settle = (outcome: SettleOutcome): void => void this.settled.push(`${textOf({ frame })} ${outcome}`)
    this.#deliver({
      key: `event:${frame.id}`,
      frame,
      shard: { index: 0, total: 1 },
      replayed: false,
      shared: false,
      acknowledged: false,
      settle,
      acknowledge: () => false,
    })
  }

  fail(error: Error): void {
    this.#state = 'stopped'
    this.#end?.reject(error)
  }

  status(): SourceStatus {
    return { state: this.#state, reason: 'operated by hand' }
  }

  drain(): void {
    this.drains += 1
  }

  async close(): Promise<void> {
    this.closes += 1
    this.#state = 'stopped'
    this.#end?.resolve()
  }
}

/** A publisher with its source, and those who wait for it. */
class Stage {
  readonly source: SourceByHand = new SourceByHand()
  readonly publisher: PublisherUnderTest
  readonly taken: Delivery[] = []
  /** How the run ended; `undefined` while it runs. */
  ended: 'resolved' | Error | undefined
  readonly #subject: PublisherSubject
  readonly #worker: Source

  constructor(subject: PublisherSubject) {
    this.#subject = subject
    this.publisher = subject.publish(this.source)
    this.#worker = subject.work()
  }

  async begin(signal?: AbortSignal): Promise<this> {
    this.publisher.run(signal && { signal }).then(
      () => (this.ended = 'resolved'),
      (error: Error) => (this.ended = error),
    )
    await this.until(() => this.publisher.status().state === 'ready', 'the publisher does not become ready')
    return this
  }

  say(text: string, from: string = text): WireFrame {
    const frame = this.#subject.message(text, from)
    this.source.push(frame)
    return frame
  }

  /** What a worker takes from now on; it settles at once. */
  work(): void {
    const take = (delivery: Delivery): void => {
      this.taken.push(delivery)
      delivery.settle('done')
    }
    this.#worker.run(take).catch(() => {})
  }

  get texts(): readonly string[] {
    return this.taken.map(textOf)
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    for (let turn = 0; turn < PATIENCE && !holds(); turn += 1) await this.#subject.pass()
    assert.ok(holds(), what)
  }

  /** Waits a while, so that what must not happen would have happened. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await this.#subject.pass()
  }

  async dispose(): Promise<void> {
    await this.publisher.close()
    await this.#worker.close()
  }
}

const cases: Readonly<Record<string, (stage: Stage, subject: PublisherSubject) => Promise<void>>> = {
  'RD-16 a publisher tells its source that it only passes events on': async (stage) => {
    await stage.begin()
    assert.equal(stage.source.isRelayed, true)
  },
  'RD-16 a publisher settles an event when the queue has it, whether a worker takes it or not': async (
    stage,
  ) => {
    await stage.begin()
    for (const text of ['one', 'two']) stage.say(text, 'ann')
    await stage.until(() => stage.source.settled.length === 2, 'the events are not settled')
    assert.deepEqual(stage.source.settled, ['one done', 'two done'])
  },
  'RD-16 a publisher passes on what came, in the order of each conversation': async (stage) => {
    await stage.begin()
    stage.work()
    const texts = ['one', 'two', 'three', '图片 \u{1F4F7}\n\0"\\', 'x'.repeat(10_000)]
    const frames = texts.map((text) => stage.say(text, 'ann'))
    await stage.until(() => stage.taken.length === texts.length, 'not all events are taken')
    assert.deepEqual(
      stage.taken.map(({ frame }) => frame),
      frames,
    )
    for (const { key, shard, frame } of stage.taken)
      assert.deepEqual([key, shard], [`event:${frame.id}`, { index: 0, total: 1 }])
  },
  'RD-17 a publisher settles copies, and passes one of them on': async (stage) => {
    await stage.begin()
    stage.source.push(stage.say('twice', 'ann'))
    stage.say('after', 'bob')
    await stage.until(() => stage.source.settled.length === 3, 'the copy is not settled')
    stage.work()
    await stage.until(() => stage.texts.includes('after'), 'nothing is taken')
    await stage.quiet()
    assert.deepEqual(stage.texts.toSorted(), ['after', 'twice'])
  },
  'RD-16 a publisher settles nothing while the queue is away, says so, and then passes on each event once':
    async (stage, { away, back }) => {
      await stage.begin()
      stage.say('one', 'ann')
      await stage.until(() => stage.source.settled.length === 1, 'the first is not settled')
      await away()
      for (const text of ['two', 'three']) stage.say(text, 'ann')
      await stage.until(
        () => stage.publisher.status().state === 'waiting',
        'the publisher does not say that it waits',
      )
      assert.ok(stage.publisher.status().reason !== '')
      await stage.quiet()
      assert.equal(stage.source.settled.length, 1)
      await back()
      stage.work()
      await stage.until(() => stage.taken.length === 3, 'not all events are taken')
      await stage.until(() => stage.source.settled.length === 3, 'not all events are settled')
      await stage.quiet()
      assert.deepEqual(stage.texts, ['one', 'two', 'three'])
      assert.equal(stage.publisher.status().state, 'ready')
    },
  'RD-16 a publisher that is closed publishes what has come, closes its source, and shares one promise':
    async (stage) => {
      const { publisher, source } = await stage.begin()
      for (let index = 0; index < 100; index += 1) stage.say(`${index}`, 'ann')
      const closing = publisher.close()
      assert.equal(publisher.close({ resumable: true }), closing)
      await closing
      await stage.until(() => stage.ended !== undefined, 'run() does not end')
      assert.deepEqual([stage.ended, source.settled.length, source.closes], ['resolved', 100, 1])
    },
  'RD-16 a publisher drains its source, and publishes what comes all the same': async (stage) => {
    const { publisher, source } = await stage.begin()
    publisher.drain()
    assert.equal(source.drains, 1)
    stage.say('late')
    await stage.until(() => source.settled.length === 1, 'the event is not settled')
    assert.equal(stage.ended, undefined)
  },
  'RD-16 a publisher fails with its source, which it closes': async (stage) => {
    const { source } = await stage.begin()
    const error = new Error('no more events can come')
    source.fail(error)
    await stage.until(() => stage.ended !== undefined, 'run() does not end')
    assert.equal(stage.ended, error)
    assert.equal(source.closes, 1)
  },
  'RD-16 a publisher ends when the signal aborts, and removes its listener': async (stage) => {
    const controller = new AbortController()
    const { source } = await stage.begin(controller.signal)
    controller.abort(new Error('enough'))
    await stage.until(() => stage.ended !== undefined, 'run() does not end')
    assert.deepEqual([stage.ended, source.closes], ['resolved', 1])
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  },
  'RD-16 a publisher does not start with an aborted signal': async (stage) => {
    await stage.publisher.run({ signal: AbortSignal.abort() })
    assert.notEqual(stage.source.status().state, 'ready')
  },
}

/**
 * The contract suite of what publishes the events of a {@link Source} for workers: of the one of `@qqkit/redis`, or of your own over
 * another queue.
 */
export const publisherContract = (
  make: () => PublisherSubject | Promise<PublisherSubject>,
): readonly ContractCase[] =>
  Object.entries(cases).map(([name, test]) => ({
    name,
    run: async () => {
      const subject = await make()
      const stage = new Stage(subject)
      try {
        await test(stage, subject)
      } finally {
        await stage.dispose()
        await subject.dispose()
      }
    },
  }))
