import type { LogEntry, SocketSimulator } from '@qqkit/simulator'

import { planOf, type PlanKind } from './plan.js'

type Entry<K extends LogEntry['kind']> = Extract<LogEntry, { readonly kind: K }>

/** What somebody said, and how it was published. */
interface Question {
  readonly number: number
  readonly text: string
  readonly conversation: string
  /** Whether replies there have numbers, by which the platform drops the second one. */
  readonly numbered: boolean
  readonly event: Entry<'event'>
}

/** What a process told of. */
export interface Told {
  /** Wall ms. */
  readonly at: number
  readonly event: string
  readonly reason: string
  /** Of the event that is lost. */
  readonly key?: string
  /** Everything since then may be, in wall ms. */
  readonly since?: number
}

/** Where an event may get lost, as documented, provided that it is told. */
const isToldLost = ({ event: { id, at } }: Question, told: readonly Told[]): boolean =>
  told.some((loss) => {
    if (loss.event === 'redis.dead' || loss.event === 'gateway.quarantined') return loss.key === `event:${id}`
    if (loss.event === 'redis.emptied') return at <= loss.at
    const isUnstored =
      loss.event === 'gateway.gap' && loss.reason.includes('ended before its session was stored')
    return isUnstored && loss.since !== undefined && loss.since <= at && at <= loss.at
  })

/** The status of an answer of the platform to one call too many. */
const TOO_MANY = 429
/** Of these a night may have some: a process that stands still between its place in a window and its call sends late. */
const LATE = 10

/** People who write to a bot, and judge from the platform's log what came of it. */
export class Crowd {
  readonly #sim: SocketSimulator
  readonly #random: () => number
  readonly #size: number
  readonly #questions: Question[] = []
  /** Part of the names: other people after a change of the way of events, since two ways have no common order. */
  #season = 0

  /** @param size how many conversations there are */
  constructor(sim: SocketSimulator, random: () => number, size: number) {
    this.#sim = sim
    this.#random = random
    this.#size = size
  }

  get asked(): number {
    return this.#questions.length
  }

  /** Other people write from now on. */
  nextSeason(): void {
    this.#season += 1
  }

  /** One person writes; in one of seven conversations replies have no numbers. */
  ask(ms: number, kind: PlanKind = this.#random() < 0.2 ? 'two' : 'one'): void {
    const number = this.#questions.length
    const at = Math.floor(this.#size * this.#random())
    const name = `${this.#season}-${at}`
    const text = `${kind} ${number} ${Math.round(ms)}`
    let event: Entry<'event'> | null = null
    const unsubscribe = this.#sim.subscribe((entry) => {
      if (entry.kind === 'event') event = entry
    })
    if (at % 7 === 6) this.#sim.dm(name).say(text)
    else if (at % 2 === 0) this.#sim.user(name).say(text)
    else this.#sim.group(`${this.#season}`).user(name).say(text)
    unsubscribe()
    if (event === null) throw new Error('nothing was published')
    this.#questions.push({ number, text, conversation: name, numbered: at % 7 !== 6, event })
  }

  get #said(): readonly Entry<'message'>[] {
    return this.#sim.log
      .of('message')
      .filter(({ direction, change }) => direction === 'out' && change === 'sent')
  }

  /** The questions without a whole answer that nobody was told of. */
  open(told: readonly Told[]): readonly string[] {
    const seen = new Set(this.#said.map(({ content }) => content))
    return this.#questions
      .filter((one) => !planOf(one.text).answers.every((answer) => seen.has(answer)))
      .filter((one) => !isToldLost(one, told))
      .map(({ text, conversation }) => `${text} of ${conversation}`)
  }

  /**
   * ms from each event to its first answer, without the time of its handler, in the order of the questions. Without those that came
   * while an earlier one of their conversation had no answer.
   */
  waits(): readonly number[] {
    const first = new Map<string, number>()
    for (const { content, at } of this.#said) if (!first.has(content)) first.set(content, at)
    const busyUntil = new Map<string, number>()
    return this.#questions.flatMap(({ text, event, conversation }) => {
      const { ms, answers } = planOf(text)
      const at = first.get(answers[0] ?? '') ?? Infinity
      const isFree = (busyUntil.get(conversation) ?? 0) <= event.at
      busyUntil.set(conversation, at)
      return isFree && at < Infinity ? [at - event.at - ms] : []
    })
  }

  /** What is wrong with what people saw, as sentences. */
  faults(told: readonly Told[]): readonly string[] {
    const places = new Map<string, number[]>()
    for (const [at, { content }] of this.#said.entries())
      places.set(content, [...(places.get(content) ?? []), at])
    const planned = new Set(this.#questions.flatMap(({ text }) => planOf(text).answers))
    return [
      ...this.open(told).map((one) => `${one} was not answered, and nobody was told`),
      ...this.#questions
        .filter(({ numbered }) => numbered)
        .flatMap(({ text }) => planOf(text).answers)
        .filter((answer) => (places.get(answer)?.length ?? 0) > 1)
        .map((answer) => `"${answer}" came ${places.get(answer)?.length} times`),
      ...[...places.keys()].filter((text) => !planned.has(text)).map((text) => `nobody planned "${text}"`),
      ...this.#disorder(places),
      ...this.#overdrawn(),
    ]
  }

  #overdrawn(): readonly string[] {
    const refused = this.#sim.log.of('call').filter(({ status }) => status === TOO_MANY)
    return refused.length > LATE ? [`${refused.length} calls were over the budget`] : []
  }

  /** Answers that came before those of an earlier question of the conversation. */
  #disorder(places: ReadonlyMap<string, readonly number[]>): readonly string[] {
    const last = new Map<string, { readonly place: number; readonly text: string }>()
    const faults: string[] = []
    for (const question of this.#questions) {
      const { text, conversation } = question
      if (this.#isRepushed(question)) continue
      const place = places.get(planOf(text).answers[0] ?? '')?.[0]
      if (place === undefined) continue
      const before = last.get(conversation)
      if (before && before.place > place) faults.push(`${text} was answered before ${before.text}`)
      else last.set(conversation, { place, text })
    }
    return faults
  }

  /** Pushes have no order among those that are repeated. */
  #isRepushed({ event }: Question): boolean {
    return event.pushed && this.#sim.log.of('push').some(({ id, attempt }) => id === event.id && attempt > 1)
  }
}
