import { sendLedgerContract } from '@qqkit/core/testing'
import { RestError, type SendResult } from '@qqkit/rest'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'

import type { MessageContext } from '../../src/context/message-context.js'
import type { Target } from '../../src/events/message.js'
import { c2c, channel, group, type TestDelivery } from '../support/deliveries.js'
import { MemoryNotes, TestLease } from '../support/memory-ledger.js'
import { Stage } from '../support/stage.js'

describe('RD-41 the ledger of these tests', () => {
  const make = () => {
    const book = new MemoryNotes()
    return { ledger: book.next(), next: () => book.next(), settle: async () => book.settle() }
  }
  for (const { name, run } of sendLedgerContract(make)) it(name, run)
})

const REFUSED = (): RestError =>
  new RestError({ code: 'refused', message: 'no', situation: 'refused', delivered: 'no', retry: 'never' })

/** What people see, and which replies of an anchor the platform remembers. */
class People {
  readonly seen: string[] = []
  readonly #numbers = new Set<string>()
  #serial = 0
  /** Texts that are refused. */
  refuses: (text: string) => boolean = () => false

  /** As rest does: asks the gate, then the platform. */
  async receive(
    { scene, id }: Target,
    message: unknown,
    { anchor, seq, gate }: Parameters<Stage['sent']['push']>[0]['options'],
  ): Promise<SendResult> {
    const numbered = anchor !== undefined && seq !== undefined && (scene === 'c2c' || scene === 'group')
    const signal = new AbortController().signal
    await gate?.pass({ keyed: numbered, signal })
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    if (this.refuses(text)) throw REFUSED()
    const mode = anchor ? 'passive' : 'proactive'
    const number = `${scene} ${id} ${anchor?.msgId ?? ''} ${seq}`
    if (numbered && this.#numbers.has(number)) return { kind: 'duplicate', id: null, mode, steps: [] }
    if (numbered) this.#numbers.add(number)
    this.seen.push(text)
    this.#serial += 1
    const rest = { timestamp: 1, refIdx: null, traceId: null, body: {}, steps: [] }
    return { kind: 'sent', id: `m${this.#serial}`, mode, ...rest }
  }
}

type Handler = (ctx: MessageContext) => Promise<unknown>

/** One event that several processes get, one after the other. */
class Lives {
  readonly people = new People()
  readonly book = new MemoryNotes()
  readonly errors: unknown[] = []
  /** That of the last run. */
  lease: TestLease | null = null
  readonly #event: TestDelivery
  #count = 0

  constructor(event: TestDelivery = c2c('hi', 'ann')) {
    this.#event = event
  }

  /**
   * A process gets the event. `die`: called at each step of a send with its name; `true` ends the process there. Returns whether it
   * settled the event.
   */
  async run(handler: Handler, die: (step: string) => boolean = () => false): Promise<boolean> {
    this.#count += 1
    const stage = new Stage()
    const lease = new TestLease(this.book.next())
    this.lease = lease
    const dead = new Promise<void>((resolve) => {
      const reach = async (step: string): Promise<void> => {
        if (!die(step)) return
        resolve()
        await new Promise(() => {})
      }
      const { sends } = lease
      const put = sends!.put.bind(sends)
      const open = sends!.open.bind(sends)
      sends!.open = async (...args) => {
        await reach('before open')
        const answer = await open(...args)
        await reach('after open')
        return answer
      }
      sends!.put = async (...args) => {
        await reach('before put')
        const answer = await put(...args)
        await reach('after put')
        return answer
      }
      stage.onSend = async () => {
        const { target, message, options } = stage.sent.at(-1)!
        await reach('before send')
        const result = await this.people.receive(target, message, options)
        await reach('after send')
        return result
      }
    })
    const outcomes: string[] = []
    const settled = new Promise<void>((resolve) => {
      stage.handlers.on('message', null, async (ctx) => handler(ctx))
      stage.handlers.catch((error) => void this.errors.push(error))
      const delivery = {
        ...this.#event,
        replayed: this.#count > 1,
        shared: true,
        lease,
        settle: (outcome: string) => {
          outcomes.push(outcome)
          resolve()
        },
      }
      stage.intake.deliver(delivery)
    })
    await Promise.race([dead, settled])
    if (outcomes.length > 0) this.book.settle()
    return outcomes.length > 0
  }
}

/** Dies at the n-th step of this name. */
const at = (step: string, count = 1) => {
  let left = count
  return (one: string): boolean => one === step && (left -= 1) === 0
}

const say =
  (...texts: readonly string[]): Handler =>
  async (ctx) => {
    for (const text of texts) await ctx.reply(text)
  }

describe('BT-60 a handler that runs again', () => {
  it('BT-60 gets the result of what was sent, without a call, whatever it says', async () => {
    const lives = new Lives()
    await lives.run(say('A1', 'A2'), at('before send', 2))
    const results: unknown[] = []
    await lives.run(async (ctx) => {
      for (const text of ['B1', 'B2', 'B3']) results.push(await ctx.reply(text))
    })
    expect(lives.people.seen).toEqual(['A1', 'A2', 'B3'])
    expect(results).toMatchObject([
      { kind: 'sent', id: 'm1' },
      { kind: 'sent', id: 'm2' },
      { kind: 'sent', id: 'm3' },
    ])
  })

  it('BT-60 tells middleware what was said, and not what it would have said', async () => {
    const lives = new Lives()
    await lives.run(say('A1', 'A2'), at('before send', 2))
    const said: unknown[] = []
    await lives.run(async (ctx) => {
      await ctx.reply('B1')
      await ctx.reply('B2')
      said.push(...ctx.sent)
    })
    expect([said, lives.people.seen]).toEqual([
      ['A1', 'A2'],
      ['A1', 'A2'],
    ])
  })

  it('BT-60 repeats under its number what may have arrived', async () => {
    const lives = new Lives()
    await lives.run(say('A1'), at('after send'))
    const results: unknown[] = []
    await lives.run(async (ctx) => void results.push(await ctx.reply('B1')))
    expect([lives.people.seen, results]).toMatchObject([['A1'], [{ kind: 'duplicate' }]])
  })

  it.each([
    ['a reply in a channel', channel('hi'), async (ctx: MessageContext) => ctx.reply('A1')],
    ['a proactive message', group('hi'), async (ctx: MessageContext) => ctx.send('A1')],
  ] as const)('BT-60 does not repeat %s that may have arrived, and says so', async (_, event, handler) => {
    const lives = new Lives(event)
    await lives.run(handler, at('after send'))
    await lives.run(handler)
    expect(lives.people.seen).toEqual(['A1'])
    expect(lives.errors).toMatchObject([{ code: 'maybe_sent', delivered: 'unknown' }])
    expect(RestError.is(lives.errors[0])).toBe(true)
  })

  it.each([
    ['a reply in a channel', channel('hi'), async (ctx: MessageContext) => ctx.reply('A1')],
    ['a proactive message', group('hi'), async (ctx: MessageContext) => ctx.send('A1')],
  ] as const)('BT-60 sends %s that was planned and did not leave', async (_, event, handler) => {
    for (const step of ['before open', 'after open', 'before put']) {
      const lives = new Lives(event)
      await lives.run(handler, at(step))
      await lives.run(handler)
      expect([step, lives.people.seen, lives.errors]).toEqual([step, ['A1'], []])
    }
  })

  it('BT-60 continues with the pieces of a long message where they ended', async () => {
    const lives = new Lives()
    const long = (letter: string): string => Array.from({ length: 5 }, () => letter.repeat(60)).join('\n')
    await lives.run(say(long('a')), at('after put', 2))
    const before = lives.people.seen.length
    await lives.run(say(long('b'), 'B2'))
    const { seen } = lives.people
    expect([before > 0, seen.slice(0, -1).join('').replaceAll('\n', '')]).toEqual([true, 'a'.repeat(300)])
    expect(seen.at(-1)).toBe('B2')
  })

  it('BT-60 says something else instead of what was refused', async () => {
    const lives = new Lives()
    lives.people.refuses = (text) => text === 'A1'
    await lives.run(
      async (ctx) => {
        await ctx.reply('A1').catch(() => {})
        await ctx.reply('A2')
      },
      at('before send', 2),
    )
    await lives.run(say('B1', 'B2'))
    expect(lives.people.seen).toEqual(['B1', 'A2'])
  })

  it('BT-60 names messages in the order of calls, also of those that go out together', async () => {
    const lives = new Lives()
    await lives.run(
      async (ctx) => Promise.all(['A1', 'A2', 'A3'].map(async (text) => ctx.reply(text))),
      at('after send', 2),
    )
    await lives.run(async (ctx) => Promise.all(['B1', 'B2', 'B3'].map(async (text) => ctx.reply(text))))
    expect(lives.people.seen.toSorted()).toEqual(['A1', 'A2', 'A3'])
  })

  it('BT-60 sends its own where an earlier message cannot be written down', async () => {
    const lives = new Lives()
    const picture = (name: string) => ({ file: { type: 'image' as const, source: Buffer.from(name) } })
    await lives.run(async (ctx) => ctx.reply(picture('a')), at('before send'))
    await lives.run(async (ctx) => ctx.reply(picture('b')))
    expect(lives.people.seen).toHaveLength(1)
    const again = new Lives()
    await again.run(async (ctx) => ctx.reply(picture('a')), at('after send'))
    await again.run(async (ctx) => ctx.reply(picture('b')))
    expect(again.people.seen).toHaveLength(1)
  })

  it('BT-60 sends nothing once the lease is lost, whatever it waits for', async () => {
    const lives = new Lives()
    const errors: unknown[] = []
    const handler: Handler = async (ctx) => ctx.reply('late').catch((error: unknown) => errors.push(error))
    // It waits for a limit, say, when another process gets the event.
    const running = lives.run(handler, (step) => {
      if (step === 'before send') lives.lease?.lose()
      return false
    })
    await vi.waitFor(() => expect(errors).toMatchObject([{ code: 'lease_lost' }]))
    void running
    expect(lives.people.seen).toEqual([])
  })

  it('BT-60 leaves a note of a newer version alone', async () => {
    const lives = new Lives()
    await lives.run(say('A1'), at('before send'))
    for (const note of lives.book.notes.values()) note.text = '{"v":2}'
    await lives.run(say('A1'))
    expect([lives.people.seen, lives.errors]).toMatchObject([[], [{ code: 'maybe_sent' }]])
  })
})

/** What a handler of the property does: replies, or a message without number; waits for each or for all. */
const handlerPlans = fc.record({
  steps: fc.array(fc.constantFrom('reply', 'long', 'send'), { minLength: 1, maxLength: 4 }),
  together: fc.boolean(),
})

const RUNS = 200

describe('BT-60 a process that dies anywhere', () => {
  it('BT-60 and any number of others say every planned message once, whole, or own up to it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          () => c2c('hi', 'ann'),
          () => group('hi'),
          () => channel('hi'),
        ),
        fc.array(fc.record({ plan: handlerPlans, dieAt: fc.nat(12) }), { minLength: 1, maxLength: 4 }),
        handlerPlans,
        async (event, deaths, last) => {
          const lives = new Lives(event())
          let unsure = 0
          const handler =
            ({ steps, together }: typeof last, life: string): Handler =>
            async (ctx) => {
              unsure = 0
              const begin = async (index: number): Promise<void> => {
                const kind = steps[index]!
                const text = kind === 'long' ? `${life}${index}`.repeat(70) : `${life}${index}`
                const sending = kind === 'send' ? ctx.send(text) : ctx.reply(text)
                await sending.catch((error: { readonly code: string; readonly cause?: { code: string } }) => {
                  if (error.code !== 'maybe_sent' && error.cause?.code !== 'maybe_sent') throw error
                  unsure += 1
                })
              }
              if (together) await Promise.all(steps.map(async (_, index) => begin(index)))
              else for (const index of steps.keys()) await begin(index)
            }
          const plans: (typeof last)[] = []
          const counts = (kind: string): readonly number[] =>
            plans.map(({ steps }) => steps.filter((one) => (one === 'send') === (kind === 'send')).length)
          for (const [index, { dieAt, ...one }] of [...deaths, { plan: last, dieAt: Infinity }].entries()) {
            let left = dieAt
            plans.push(one.plan)
            if (await lives.run(handler(one.plan, 'abcdz'[index]!), () => (left -= 1) < 0)) break
          }
          expect(lives.errors).toEqual([])
          const { seen } = lives.people
          // Nothing is seen twice, whoever sent it; what can be repeated is whole.
          expect(new Set(seen).size).toBe(seen.length)
          const messages = new Map<string, number>()
          for (const text of seen)
            messages.set(text.slice(0, 2), (messages.get(text.slice(0, 2)) ?? 0) + text.length)
          // What the last run does not say at all stays as it is.
          const asks = ['send', 'reply'].every((kind) =>
            counts(kind).every((count) => count <= counts(kind).at(-1)!),
          )
          const cut = [...messages].filter(([, length]) => length !== 2 && length !== 140)
          expect(unsure === 0 && asks ? cut : []).toEqual([])
          expect(messages.size + unsure).toBeGreaterThanOrEqual(plans.at(-1)!.steps.length)
        },
      ),
      { numRuns: RUNS },
    )
  })
})
