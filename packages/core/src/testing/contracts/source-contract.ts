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
class Audience {
  readonly got: Delivery[] = []
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
    this.got.push(delivery)
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
    return this.got.map(textOf)
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    for (let turn = 0; turn < PATIENCE && !holds(); turn += 1) await this.#subject.pass()
    assert.ok(holds(), what)
  }

  async heard(count: number): Promise<void> {
    await this.until(() => this.got.length >= count, `no ${count} deliveries, but ${this.got.length}`)
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

const cases: Readonly<Record<string, (subject: SourceSubject, audience: Audience) => Promise<void>>> = {
  'is idle at first, ready during its run and stopped afterwards, each with a reason': async (
    _,
    audience,
  ) => {
    const { source } = audience
    const before = source.status()
    await audience.ready()
    const during = source.status()
    void source.close()
    await audience.over()
    const after = source.status()
    // Compared only now: an earlier snapshot must not have changed.
    assert.deepEqual([before.state, during.state, after.state], ['idle', 'ready', 'stopped'])
    for (const { reason } of [before, during, after]) assert.ok(typeof reason === 'string' && reason !== '')
  },
  'delivers every event once, in order, with its frame, shard and key': async (subject, audience) => {
    await audience.ready()
    const texts = ['one', 'two', 'three']
    for (const text of texts) subject.say(text)
    await audience.heard(3)
    await audience.quiet()
    assert.deepEqual(audience.texts(), texts)
    for (const { frame, shard, key, replayed } of audience.got) {
      assert.deepEqual([frame.op, typeof frame.t, replayed], [0, 'string', false])
      assert.ok(shard === null || (Number.isInteger(shard.index) && shard.index < shard.total))
      assert.ok(key !== '')
    }
    assert.equal(new Set(audience.got.map(({ key }) => key)).size, 3)
  },
  'BT-20 marks every event that another process may answer, and never takes the mark back': async (
    subject,
    audience,
  ) => {
    audience.outcome = null
    await audience.ready()
    for (const text of ['one', 'two']) subject.say(text)
    await audience.heard(2)
    const before = audience.got.map(({ shared }) => shared)
    for (const shared of before) assert.equal(typeof shared, 'boolean')
    const closing = audience.source.close({ resumable: true })
    await audience.quiet()
    for (const [index, { shared }] of audience.got.entries()) assert.ok(shared || !before[index])
    for (const delivery of audience.got) delivery.settle('done')
    await closing
    await audience.over()
  },
  'BT-04 does not deliver a copy of an event that is done': async (subject, audience) => {
    await audience.ready()
    subject.sayTwice('twice')
    await audience.heard(1)
    subject.say('after')
    await audience.heard(2)
    await audience.quiet()
    assert.deepEqual(audience.texts(), ['twice', 'after'])
  },
  'BT-04 delivers copies of an unfinished event, if at all, with the same key': async (subject, audience) => {
    audience.outcome = null
    await audience.ready()
    subject.sayTwice('twice')
    subject.say('other')
    await audience.until(() => audience.texts().includes('other'), 'the other event does not come')
    const keys = audience.got.filter((delivery) => textOf(delivery) === 'twice').map(({ key }) => key)
    assert.equal(new Set(keys).size, 1)
  },
  'keeps delivering while deliveries are open, and accepts settlements in any order and repeatedly': async (
    subject,
    audience,
  ) => {
    audience.outcome = null
    await audience.ready()
    for (const text of ['one', 'two', 'three']) subject.say(text)
    await audience.heard(3)
    for (const outcome of ['abandoned', 'failed', 'done'] as const) {
      for (const delivery of audience.got.toReversed()) delivery.settle(outcome)
    }
    subject.say('four')
    await audience.heard(4)
    assert.equal(audience.ended, undefined)
  },
  'survives a consumer that throws': async (subject, audience) => {
    await audience.ready(undefined, (delivery) => {
      audience.got.push(delivery)
      throw new Error('a bug of the consumer')
    })
    subject.say('one')
    subject.say('two')
    await audience.until(() => audience.texts().includes('two'), 'the second event does not come')
    assert.deepEqual([audience.ended, audience.source.status().state], [undefined, 'ready'])
  },
  'WH-06 accepts no code for an event that is not a click': async (subject, audience) => {
    audience.outcome = null
    await audience.ready()
    subject.say('one')
    await audience.heard(1)
    for (const delivery of audience.got) {
      assert.deepEqual([delivery.acknowledge(0), delivery.acknowledged], [false, false])
      delivery.settle('done')
      assert.deepEqual([delivery.acknowledge(0), delivery.acknowledged], [false, false])
    }
  },
  'WH-06 sends one code of a click, if it sends codes': async (subject, audience) => {
    if (!subject.click) return
    audience.outcome = null
    await audience.ready()
    subject.click('click')
    await audience.heard(1)
    const [click] = audience.got
    assert.deepEqual(
      [click?.acknowledged, click?.acknowledge(4), click?.acknowledged, click?.acknowledge(0)],
      [false, true, true, false],
    )
    click?.settle('done')
  },
  'GW-22 ends run() on close(), whose calls share one promise, and delivers nothing afterwards': async (
    subject,
    audience,
  ) => {
    await audience.ready()
    subject.say('before')
    await audience.heard(1)
    const closing = audience.source.close()
    assert.equal(audience.source.close({ resumable: true }), closing)
    await audience.over()
    await closing
    assert.deepEqual([audience.ended, audience.texts()], ['resolved', ['before']])
    await audience.source.close()
  },
  'GW-22 can be closed with open deliveries, which may be settled later': async (subject, audience) => {
    audience.outcome = null
    await audience.ready()
    subject.say('open')
    await audience.heard(1)
    const closing = audience.source.close()
    await audience.quiet()
    audience.got[0]?.settle('done')
    await audience.over()
    await closing
    audience.got[0]?.settle('failed')
    assert.equal(audience.ended, 'resolved')
  },
  'ST-07 delivers nothing new after drain(), if it has drain(), and lets open deliveries finish': async (
    subject,
    audience,
  ) => {
    const { source } = audience
    source.drain?.()
    audience.outcome = null
    await audience.ready()
    if (!source.drain) return
    subject.say('before')
    await audience.heard(1)
    source.drain()
    source.drain()
    subject.say('after')
    await audience.quiet()
    assert.deepEqual([audience.ended, audience.texts()], [undefined, ['before']])
    audience.got[0]?.settle('done')
    void source.close({ resumable: true })
    await audience.over()
    assert.deepEqual([audience.ended, audience.texts()], ['resolved', ['before']])
  },
  'GW-22 can be closed before its first run': async (_, { source }) => {
    await source.close()
    await source.close({ resumable: true })
  },
  'ST-02 ends run() when the signal aborts, and removes its listener': async (subject, audience) => {
    const controller = new AbortController()
    await audience.ready(controller.signal)
    subject.say('before')
    await audience.heard(1)
    controller.abort(new Error('enough'))
    await audience.over()
    assert.equal(audience.ended, 'resolved')
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  },
  'ST-02 does not start with an aborted signal': async (_, audience) => {
    await audience.source.run(audience.deliver, { signal: AbortSignal.abort() })
    assert.notEqual(audience.source.status().state, 'ready')
  },
  'ST-04 removes its listener from the signal of a closed run': async (_, audience) => {
    const { signal } = new AbortController()
    await audience.ready(signal)
    void audience.source.close()
    await audience.over()
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
        await test(subject, new Audience(subject))
      } finally {
        await subject.dispose()
      }
    },
  }))
