/** Random conversations with many questions, over several lives of the bot. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { AskError, type Asking, asking } from '../../src/asking/index.js'
import type { Questions } from '../../src/asking/questions.js'
import type { MessageContext } from '../../src/context/message-context.js'
import type { Feature, Registration } from '../../src/routing/registration.js'
import { c2cPayload, delivery, type TestDelivery } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

type Step =
  | { readonly kind: 'ask'; readonly who: number; readonly how: 'one' | 'three' | 'both' | 'forget' }
  | { readonly kind: 'say' | 'copy' | 'cancel' | 'ping'; readonly who: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'settle' | 'restart' | 'abort' }

/** A question as the test sees it. */
interface Asked {
  readonly who: string
  /** Of the event that asked: what it asks at once is answered in order. */
  readonly event: string
  /** The word that has to answer it, once one was said. */
  expected: string | null
}

const TIMEOUT = 1000

/** A bot with questions, and all that happened to it. */
class Rig {
  readonly stage: Stage
  readonly deliveries: TestDelivery[] = []
  /** What each word was taken for in this life. */
  readonly taken = new Map<string, string[]>()
  readonly faults: string[] = []
  questions: Questions | null = null
  /** Open questions of each person, the newest last. */
  readonly #asked = new Map<string, Asked[]>()
  /** Words that nobody may answer with, as was clear when they were said. */
  readonly #expected = new Map<string, 'answer' | 'chat'>()
  /** People with several open questions when a life ended: a word may find another one of them in the next life (ADR 0033). */
  readonly #crossed = new Set<string>()
  #words = 0
  #lives = 0
  #abort = new AbortController()

  constructor(concurrency: number) {
    this.stage = new Stage({ limits: { concurrency, waiting: 10_000, onFull: () => 'drop-oldest' } })
    const feature = asking({ timeout: TIMEOUT, cancel: 'cancel' })
    const watched: Feature = {
      registrations: () =>
        feature.registrations().map((one): Registration => {
          const { taker } = one
          if (!taker) return one
          return {
            ...one,
            taker: { ...taker, attach: (host) => (this.questions = taker.attach(host) as Questions) },
          }
        }),
    }
    const { handlers } = this.stage
    handlers.feature(watched)
    handlers.catch((error) => void this.faults.push(String(error)))
    handlers.command({ name: 'ask' }, async (ctx) => this.#handle(ctx as MessageContext & Asking))
    handlers.command({ name: 'ping' }, async (ctx) => ctx.reply('pong'))
    handlers.on('message', null, (ctx) => this.#take(ctx.text, 'chat'))
  }

  async #handle(ctx: MessageContext & Asking): Promise<void> {
    const how = ctx.args[0]
    if (how === 'forget') {
      void this.#ask(ctx, ctx, 'forget').catch(() => {})
      return
    }
    if (how === 'both') {
      await Promise.allSettled([this.#ask(ctx, ctx, 'a'), this.#ask(ctx, ctx, 'b')])
      await ctx.reply('both')
      return
    }
    let last = ctx
    for (const number of how === 'three' ? [1, 2, 3] : [1]) last = await this.#ask(ctx, last, String(number))
    await last.reply(`done ${how ?? ''}`)
  }

  async #ask(
    owner: MessageContext,
    ctx: MessageContext & Asking,
    name: string,
  ): Promise<MessageContext & Asking> {
    const asked: Asked = { who: owner.author.id, event: owner.key, expected: null }
    this.#asked.set(asked.who, [...(this.#asked.get(asked.who) ?? []), asked])
    try {
      const answer = await ctx.ask(`${name}?`, { signal: this.#abort.signal })
      this.#take(answer.text, 'answer')
      if (asked.expected !== null && asked.expected !== answer.text)
        this.faults.push(`${asked.expected} was said, ${answer.text} was taken`)
      if (answer.author.id !== asked.who) this.faults.push(`${answer.text} answers another person`)
      return answer
    } catch (error) {
      if (asked.expected !== null && !(AskError.is(error) && error.code === 'question_left'))
        this.faults.push(`${asked.expected} was not taken: ${String(error)}`)
      throw error
    } finally {
      this.#forget(asked)
    }
  }

  #take(word: string, as: 'answer' | 'chat'): void {
    this.taken.set(word, [...(this.taken.get(word) ?? []), as])
    const expected = this.#expected.get(word)
    if (expected !== undefined && expected !== as)
      this.faults.push(`${word} was taken as ${as}, not as ${expected}`)
  }

  #deliver(one: TestDelivery): void {
    this.deliveries.push(one)
    this.stage.intake.deliver(one)
  }

  ask(who: number, how: string): void {
    this.#deliver(delivery('C2C_MESSAGE_CREATE', c2cPayload(`/ask ${how}`, `P${who}`)))
  }

  ping(who: number): void {
    this.#deliver(delivery('C2C_MESSAGE_CREATE', c2cPayload('/ping', `P${who}`)))
  }

  cancel(who: number): void {
    const newest = this.#newest(who)
    // Otherwise it is an ordinary word, which could be said twice.
    if (!newest) return
    this.#forget(newest)
    this.#deliver(delivery('C2C_MESSAGE_CREATE', c2cPayload('cancel', `P${who}`)))
  }

  #forget(asked: Asked): void {
    const others = (this.#asked.get(asked.who) ?? []).filter((one) => one !== asked)
    this.#asked.set(asked.who, others)
  }

  #newest(who: number): Asked | undefined {
    const open = (this.#asked.get(`P${who}`) ?? []).filter(({ expected }) => expected === null)
    return open.find(({ event }) => event === open.at(-1)?.event)
  }

  say(who: number): void {
    const word = `w${(this.#words += 1)}`
    const open = this.#newest(who)
    // A handler that runs again takes what waits behind it: it may have asked for that in an earlier life.
    if (open || this.#lives === 0) this.#expected.set(word, open ? 'answer' : 'chat')
    if (open) open.expected = word
    this.#deliver(delivery('C2C_MESSAGE_CREATE', c2cPayload(word, `P${who}`)))
  }

  copy(): void {
    const last = this.deliveries.at(-1)
    if (last) this.#deliver({ ...delivery('C2C_MESSAGE_CREATE', last.frame.d), key: last.key })
  }

  abort(): void {
    if ([...this.#asked.values()].flat().some(({ expected }) => expected !== null)) return
    this.#asked.clear()
    this.#abort.abort(new Error('aborted'))
    this.#abort = new AbortController()
  }

  /** Ends the life, and begins the next one with all that was not finished. */
  async restart(): Promise<void> {
    await this.stage.stop(0)
    this.#lives += 1
    this.taken.clear()
    this.#expected.clear()
    for (const [person, asked] of this.#asked) if (asked.length > 1) this.#crossed.add(person)
    this.#asked.clear()
    const left = this.deliveries.filter(({ outcomes }) => outcomes.length === 0)
    const unique = new Map(left.map((one) => [(one.frame.d as { id: string }).id, one]))
    this.deliveries.splice(
      0,
      this.deliveries.length,
      ...this.deliveries.filter(({ outcomes }) => outcomes.length > 0),
    )
    for (const one of unique.values())
      this.#deliver({ ...delivery('C2C_MESSAGE_CREATE', one.frame.d, { replayed: true }), key: one.key })
    // What is said meanwhile may find a question before or after a replayed word does.
    await this.stage.clock.advance(0)
  }

  /** Lets all questions end. Returns what is wrong then. */
  async end(): Promise<readonly string[]> {
    await this.stage.clock.advance(20 * TIMEOUT)
    const { stage, questions } = this
    const doubled = [...this.taken]
      .filter(([, all]) => all.length > 1)
      .map(([word, all]) => `${word} was taken as ${all.join()}`)
    const unsettled = this.deliveries.filter(({ outcomes }) => outcomes.length !== 1)
    const { running, waiting } = stage.intake.size
    const { open = 0, keys = 0, deadlines = 0 } = questions?.size ?? {}
    return [
      ...this.faults.filter((fault) => !/question_(?:timed_out|cancelled)/.test(fault)),
      ...doubled,
      ...unsettled.map(({ frame, outcomes }) => `${JSON.stringify(frame.d)} ended as ${outcomes.join()}`),
      ...this.#renumbered(),
      ...(running + waiting + open + keys + deadlines + stage.clock.pending === 0
        ? []
        : [
            `left: ${JSON.stringify({ running, waiting, open, keys, deadlines, timers: stage.clock.pending })}`,
          ]),
    ]
  }

  /** Replies whose number stood for another text before: the platform would drop them. */
  #renumbered(): readonly string[] {
    const texts = new Map<string, unknown>()
    return this.stage.sent.flatMap(({ target, message, options }) => {
      if (this.#crossed.has(target.id)) return []
      const key = JSON.stringify([options.anchor, options.kind, options.seq])
      const known = texts.get(key) ?? message
      texts.set(key, known)
      return options.kind !== 'notice' && known !== message
        ? [`${key} is ${JSON.stringify(known)} and ${JSON.stringify(message)}`]
        : []
    })
  }
}

const play = async (steps: readonly Step[], concurrency: number): Promise<readonly string[]> => {
  const rig = new Rig(concurrency)
  for (const step of steps) {
    if (step.kind === 'ask') rig.ask(step.who, step.how)
    else if (step.kind === 'say') rig.say(step.who)
    else if (step.kind === 'cancel') rig.cancel(step.who)
    else if (step.kind === 'ping') rig.ping(step.who)
    else if (step.kind === 'copy') rig.copy()
    else if (step.kind === 'abort') rig.abort()
    else if (step.kind === 'restart') await rig.restart()
    else await rig.stage.clock.advance(step.kind === 'pass' ? step.ms : 0)
  }
  return rig.end()
}

const who = fc.nat({ max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      who,
      how: fc.constantFrom('one', 'three', 'both', 'forget' as const),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('say' as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('copy', 'cancel', 'ping' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 400, 999, 1000, 1500),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('restart', 'abort' as const) }) },
)

describe('AS-02 questions', () => {
  it('property: take every word once and for the newest question, and leave nothing behind', async () => {
    const runs = Number(process.env.MODEL_RUNS ?? 150)
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, concurrency) => {
          expect(await play(steps, concurrency)).toEqual([])
        },
      ),
      { numRuns: runs },
    )
  })

  it('are open a thousand at a time, take no place meanwhile, and are answered in any order, over a restart', async () => {
    const rig = new Rig(10)
    for (let at = 0; at < 1000; at += 1) rig.ask(at, 'three')
    await rig.stage.clock.advance(0)
    expect(rig.questions?.size.open).toBe(1000)
    expect(rig.stage.intake.size).toEqual({ running: 0, waiting: 0 })
    for (const offset of [617, 211, 389]) {
      for (let at = 0; at < 1000; at += 1) {
        rig.say((at * offset) % 1000)
        if (at % 10 === 0) await rig.stage.clock.advance(0)
      }
      await rig.stage.clock.advance(0)
      if (offset === 617) await rig.restart()
    }
    expect(rig.questions?.size.open).toBe(0)
    expect(await rig.end()).toEqual([])
    expect(rig.stage.texts.filter((text) => text === 'done three')).toHaveLength(1000)
  })
})
