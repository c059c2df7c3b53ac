import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'

import type { Delivery, SettleOutcome, Source } from '../../contracts/source.js'
import type { ContractCase } from './contract.js'

/** An idle source under test, with people who write to its bot. */
export interface SourceSubject {
  readonly source: Source
  /** A person writes a message to the bot, with the text in `d.content`. Called only while the source is ready. */
  readonly say: (text: string) => void
  /** The same as `say`, but the event reaches the source twice. */
  readonly sayTwice: (text: string) => void
  /** A person clicks a button, with the text in `d.content`. Omitted if the source does not send the codes of clicks itself. */
  readonly click?: (text: string) => void
  /** Waits a moment. */
  readonly pass: () => Promise<void>
  readonly dispose: () => Promise<void>
}

const PATIENCE = 500

const textOf = ({ frame }: Delivery): unknown => (frame.d as { readonly content?: unknown }).content

/** A consumer of the source that records its deliveries and settles them with `outcome`. */
class RecordingConsumer {
  readonly deliveries: Delivery[] = []
  /** `null` leaves deliveries open. */
  outcome: SettleOutcome | null = 'done'
  /** How the run ended; `undefined` while it runs. */
  ended: 'resolved' | 'rejected' | undefined
  readonly source: Source
  readonly #subject: SourceSubject

  constructor(subject: SourceSubject) {
    this.#subject = subject
    this.source = subject.source
  }

  readonly deliver = (delivery: Delivery): void => {
    this.deliveries.push(delivery)
    if (this.outcome) delivery.settle(this.outcome)
  }

  /** Runs the source until it is ready. */
  async ready(signal?: AbortSignal, deliver = this.deliver): Promise<this> {
    this.source.run(deliver, signal && { signal }).then(
      () => (this.ended = 'resolved'),
      () => (this.ended = 'rejected'),
    )
    await this.until(() => this.source.status().state === 'ready', 'the source does not become ready')
    return this
  }

  texts(): readonly unknown[] {
    return this.deliveries.map(textOf)
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    for (let turn = 0; turn < PATIENCE && !holds(); turn += 1) await this.#subject.pass()
    assert.ok(holds(), what)
  }

  async received(count: number): Promise<void> {
    await this.until(
      () => this.deliveries.length >= count,
      `no ${count} deliveries, but ${this.deliveries.length}`,
    )
  }

  /** Waits until the run has ended, and a while longer, so that deliveries that must not come would have come. */
  async over(): Promise<void> {
    await this.until(() => this.ended !== undefined, 'run() does not end')
    await this.quiet()
  }

  async quiet(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await this.#subject.pass()
  }
}

const cases: Readonly<
  Record<string, (subject: SourceSubject, consumer: RecordingConsumer) => Promise<void>>
> = {
  'is idle at first, ready during its run and stopped afterwards, each with a reason': async (
    _,
    consumer,
  ) => {
    const { source } = consumer
    const before = source.status()
    await consumer.ready()
    const during = source.status()
    void source.close()
    await consumer.over()
    const after = source.status()
    // Compared only now: an earlier snapshot must not have changed.
    assert.deepEqual([before.state, during.state, after.state], ['idle', 'ready', 'stopped'])
    for (const { reason } of [before, during, after]) assert.ok(typeof reason === 'string' && reason !== '')
  },
  'delivers every event once, in order, with its frame, shard and key': async (subject, consumer) => {
    await consumer.ready()
    const texts = ['one', 'two', 'three']
    for (const text of texts) subject.say(text)
    await consumer.received(3)
    await consumer.quiet()
    assert.deepEqual(consumer.texts(), texts)
    for (const { frame, shard, key, replayed } of consumer.deliveries) {
      assert.deepEqual([frame.op, typeof frame.t, replayed], [0, 'string', false])
      assert.ok(shard === null || (Number.isInteger(shard.index) && shard.index < shard.total))
      assert.ok(key !== '')
    }
    assert.equal(new Set(consumer.deliveries.map(({ key }) => key)).size, 3)
  },
  'BT-20 marks every event that another process may answer, and never takes the mark back': async (
    subject,
    consumer,
  ) => {
    consumer.outcome = null
    await consumer.ready()
    for (const text of ['one', 'two']) subject.say(text)
    await consumer.received(2)
    const before = consumer.deliveries.map(({ shared }) => shared)
    for (const shared of before) assert.equal(typeof shared, 'boolean')
    const closing = consumer.source.close({ resumable: true })
    await consumer.quiet()
    for (const [index, { shared }] of consumer.deliveries.entries()) assert.ok(shared || !before[index])
    for (const delivery of consumer.deliveries) delivery.settle('done')
    await closing
    await consumer.over()
  },
  'BT-04 does not deliver a copy of an event that is done': async (subject, consumer) => {
    await consumer.ready()
    subject.sayTwice('twice')
    await consumer.received(1)
    subject.say('after')
    await consumer.received(2)
    await consumer.quiet()
    assert.deepEqual(consumer.texts(), ['twice', 'after'])
  },
  'BT-04 delivers copies of an unfinished event, if at all, with the same key': async (subject, consumer) => {
    consumer.outcome = null
    await consumer.ready()
    subject.sayTwice('twice')
    subject.say('other')
    await consumer.until(() => consumer.texts().includes('other'), 'the other event does not come')
    const keys = consumer.deliveries.filter((delivery) => textOf(delivery) === 'twice').map(({ key }) => key)
    assert.equal(new Set(keys).size, 1)
  },
  'keeps delivering while deliveries are open, and accepts settlements in any order and repeatedly': async (
    subject,
    consumer,
  ) => {
    consumer.outcome = null
    await consumer.ready()
    for (const text of ['one', 'two', 'three']) subject.say(text)
    await consumer.received(3)
    for (const outcome of ['abandoned', 'failed', 'done'] as const) {
      for (const delivery of consumer.deliveries.toReversed()) delivery.settle(outcome)
    }
    subject.say('four')
    await consumer.received(4)
    assert.equal(consumer.ended, undefined)
  },
  'survives a consumer that throws': async (subject, consumer) => {
    await consumer.ready(undefined, (delivery) => {
      consumer.deliveries.push(delivery)
      throw new Error('a bug of the consumer')
    })
    subject.say('one')
    subject.say('two')
    await consumer.until(() => consumer.texts().includes('two'), 'the second event does not come')
    assert.deepEqual([consumer.ended, consumer.source.status().state], [undefined, 'ready'])
  },
  'survives a consumer that rejects': async (subject, consumer) => {
    // oxlint-disable-next-line typescript/no-misused-promises -- users of JavaScript have no compiler
    await consumer.ready(undefined, async (delivery) => {
      consumer.deliveries.push(delivery)
      await Promise.resolve()
      throw new Error('a bug of the consumer')
    })
    subject.say('one')
    subject.say('two')
    await consumer.until(() => consumer.texts().includes('two'), 'the second event does not come')
    await consumer.quiet()
    assert.deepEqual([consumer.ended, consumer.source.status().state], [undefined, 'ready'])
  },

  'WH-06 accepts no code for an event that is not a click': async (subject, consumer) => {
    consumer.outcome = null
    await consumer.ready()
    subject.say('one')
    await consumer.received(1)
    for (const delivery of consumer.deliveries) {
      assert.equal(delivery.holdsAnswer ?? false, false)
      assert.deepEqual([delivery.acknowledge(0), delivery.acknowledged], [false, false])
      delivery.settle('done')
      assert.deepEqual([delivery.acknowledge(0), delivery.acknowledged], [false, false])
    }
  },
  'WH-06 sends one code of a click, if it sends codes': async (subject, consumer) => {
    if (!subject.click) return
    consumer.outcome = null
    await consumer.ready()
    subject.click('click')
    await consumer.received(1)
    const [click] = consumer.deliveries
    assert.equal(click?.holdsAnswer, true)
    assert.deepEqual(
      [click?.acknowledged, click?.acknowledge(4), click?.acknowledged, click?.acknowledge(0)],
      [false, true, true, false],
    )
    click?.settle('done')
  },
  'GW-22 ends run() on close(), whose calls share one promise, and delivers nothing afterwards': async (
    subject,
    consumer,
  ) => {
    await consumer.ready()
    subject.say('before')
    await consumer.received(1)
    const closing = consumer.source.close()
    assert.equal(consumer.source.close({ resumable: true }), closing)
    await consumer.over()
    await closing
    assert.deepEqual([consumer.ended, consumer.texts()], ['resolved', ['before']])
    await consumer.source.close()
  },
  'GW-22 can be closed with open deliveries, which may be settled later': async (subject, consumer) => {
    consumer.outcome = null
    await consumer.ready()
    subject.say('open')
    await consumer.received(1)
    const closing = consumer.source.close()
    await consumer.quiet()
    consumer.deliveries[0]?.settle('done')
    await consumer.over()
    await closing
    consumer.deliveries[0]?.settle('failed')
    assert.equal(consumer.ended, 'resolved')
  },
  'ST-07 delivers nothing new after drain(), if it has drain(), and lets open deliveries finish': async (
    subject,
    consumer,
  ) => {
    const { source } = consumer
    source.drain?.()
    consumer.outcome = null
    await consumer.ready()
    if (!source.drain) return
    subject.say('before')
    await consumer.received(1)
    source.drain()
    source.drain()
    subject.say('after')
    await consumer.quiet()
    assert.deepEqual([consumer.ended, consumer.texts()], [undefined, ['before']])
    consumer.deliveries[0]?.settle('done')
    void source.close({ resumable: true })
    await consumer.over()
    assert.deepEqual([consumer.ended, consumer.texts()], ['resolved', ['before']])
  },
  'GW-22 can be closed before its first run': async (_, { source }) => {
    await source.close()
    await source.close({ resumable: true })
  },
  'ST-02 ends run() when the signal aborts, and removes its listener': async (subject, consumer) => {
    const controller = new AbortController()
    await consumer.ready(controller.signal)
    subject.say('before')
    await consumer.received(1)
    controller.abort(new Error('enough'))
    await consumer.over()
    assert.equal(consumer.ended, 'resolved')
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  },
  'ST-02 does not start with an aborted signal': async (_, consumer) => {
    await consumer.source.run(consumer.deliver, { signal: AbortSignal.abort() })
    assert.notEqual(consumer.source.status().state, 'ready')
  },
  'ST-04 removes its listener from the signal of a closed run': async (_, consumer) => {
    const { signal } = new AbortController()
    await consumer.ready(signal)
    void consumer.source.close()
    await consumer.over()
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  },
}

/** The contract suite of {@link Source}. */
export const sourceContract = (make: () => SourceSubject | Promise<SourceSubject>): readonly ContractCase[] =>
  Object.entries(cases).map(([name, test]) => ({
    name,
    run: async () => {
      const subject = await make()
      try {
        await test(subject, new RecordingConsumer(subject))
      } finally {
        await subject.dispose()
      }
    },
  }))
