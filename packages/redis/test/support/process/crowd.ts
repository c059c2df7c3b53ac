import { setTimeout as delay } from 'node:timers/promises'

import type { LogEntry, SocketSimulator } from '@qqkit/simulator'

import { planOf, type PlanKind, STOP_TEXTS } from './plan.js'

type Entry<K extends LogEntry['kind']> = Extract<LogEntry, { readonly kind: K }>

/** What somebody said, and how it was published. */
interface Question {
  readonly number: number
  readonly text: string
  readonly conversation: string
  /** Whether replies there have numbers, by which the platform drops the second one. */
  readonly numbered: boolean
  /** A click has an order among clicks alone. */
  readonly isClick: boolean
  readonly event: Entry<'event'>
}

/** Somebody who says something that takes long, something else behind it, and then `/stop`. */
interface Stop {
  readonly person: string
  /** What need not be answered. */
  readonly questions: readonly { readonly text: string; readonly event: Entry<'event'> }[]
  /** `null` until it is said. */
  readonly event: Entry<'event'> | null
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
  /** The question whose handler failed, and whether its answer was delivered. */
  readonly text?: string
  readonly delivered?: string | null
  /** Of the error or the finding. */
  readonly code?: string | null
}

/** What tells which events may be lost. */
interface Losses {
  readonly told: readonly Told[]
  /** When each began. */
  readonly sessions: readonly number[]
  /** Ids of pushes that were accepted by the patience of a front, not because Redis had them. */
  readonly answeredLate: ReadonlySet<string>
}

/** ms that a front waits for Redis before it answers a click, less what timers may be early. */
const PATIENCE = 990

/** Where an event may get lost, as documented, provided that it is told. */
const isToldLost = (
  {
    event: { id, at, pushed },
    text,
    numbered = true,
    isClick = false,
  }: Pick<Question, 'event'> & Partial<Question>,
  { told, sessions, answeredLate }: Losses,
): boolean =>
  // While Redis is away a front answers a click after a second, and may die before Redis is back.
  (isClick && pushed && answeredLate.has(id)) ||
  told.some((loss) => {
    // Sent before its process or its connection ended, or not: where the platform drops no repeat, nobody may try again.
    if (loss.delivered === 'unknown') return !numbered && loss.text === text
    if (loss.event === 'redis.dead' || loss.event === 'gateway.quarantined') return loss.key === `event:${id}`
    if (loss.event === 'redis.emptied') return at <= loss.at
    const isUnstored =
      loss.event === 'gateway.gap' && loss.reason.includes('ended before its session was stored')
    // Told before the next session begins, and true until then.
    const end = sessions.find((begin) => begin > loss.at) ?? Infinity
    return isUnstored && loss.since !== undefined && loss.since <= at && at <= end
  })

/** The part of those who click instead of writing, and the type of a click on the quick menu. */
const CLICKS = 0.1
const MENU = 12
/** Messages of a flood between two pauses. */
const SLICE = 10
/** ms of what somebody stops. */
const LONG = 2500

/** The status of an answer of the platform to one call too many. */
const TOO_MANY = 429
/** Of these a night may have a few: what has left may be on its way for a while on a machine that is busy. */
const LATE = 3

/** The second of an event, as the platform writes it. */
const secondOf = ({ at }: Entry<'event'>): number => Math.floor(at / 1000)

/** People who write to a bot, and judge from the platform's log what came of it. */
export class Crowd {
  readonly #sim: SocketSimulator
  readonly #random: () => number
  readonly #size: number
  readonly #questions: Question[] = []
  readonly #stops: Stop[] = []
  /** Part of the names: other people after a change of the way of events, since two ways have no common order. */
  #season = 0
  #numbers = 0

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

  /** One person writes or clicks; in one of seven conversations replies have no numbers. Returns what was asked. */
  ask(ms: number, kind: PlanKind = this.#random() < 0.2 ? 'two' : 'one'): string {
    const number = this.#number()
    const at = Math.floor(this.#size * this.#random())
    const name = `${this.#season}-${at}`
    const text = `${kind} ${number} ${Math.round(ms)}`
    const isClick = kind !== 'block' && kind !== 'die' && this.#random() < CLICKS
    const person = at % 2 === 0 ? this.#sim.user(name) : this.#sim.group(`${this.#season}`).user(name)
    const event = this.#publish(() => {
      if (isClick) person.press({ button: text, type: MENU })
      else if (at % 7 === 6) this.#sim.dm(name).say(text)
      else person.say(text)
    })
    const conversation = isClick ? `the clicks of ${name}` : name
    this.#questions.push({ number, text, conversation, numbered: isClick || at % 7 !== 6, isClick, event })
    return text
  }

  /** One person writes many messages within a second or two. Resolves with how many of them have no answer yet. */
  async pour(count: number): Promise<() => number> {
    const name = 'a person who writes much'
    const person = this.#sim.user(name)
    const open = new Set<string>()
    this.#sim.subscribe((entry) => {
      if (entry.kind === 'message' && entry.direction === 'out') open.delete(entry.content)
    })
    for (let left = count; left > 0; left -= 1) {
      const number = this.#number()
      const text = `one ${number} 0`
      for (const answer of planOf(text).answers) open.add(answer)
      const event = this.#publish(() => void person.say(text))
      this.#questions.push({ number, text, conversation: name, numbered: true, isClick: false, event })
      // The platform and the ways to Redis are in this process: it must not stand still.
      if (left % SLICE === 0) await delay(1)
    }
    return () => open.size
  }

  /** Somebody changes his mind after some ms. */
  stop(ms: number): void {
    const person = `stop ${this.#stops.length}`
    const user = this.#sim.user(person)
    const questions = [LONG, 0].map((long) => {
      const text = `slow ${this.#number()} ${long}`
      return { text, event: this.#publish(() => void user.say(text)) }
    })
    const place = this.#stops.push({ person, questions, event: null }) - 1
    setTimeout(() => {
      const event = this.#publish(() => void user.say('/stop'))
      this.#stops[place] = { person, questions, event }
    }, ms)
  }

  #number(): number {
    return (this.#numbers += 1) - 1
  }

  #publish(what: () => void): Entry<'event'> {
    let event: Entry<'event'> | null = null
    const unsubscribe = this.#sim.subscribe((entry) => {
      if (entry.kind === 'event') event = entry
    })
    what()
    unsubscribe()
    if (event === null) throw new Error('nothing was published')
    return event
  }

  get #said(): readonly Entry<'message'>[] {
    return this.#sim.log
      .of('message')
      .filter(({ direction, change }) => direction === 'out' && change === 'sent')
  }

  /** The questions without a whole answer that nobody was told of. */
  open(told: readonly Told[]): readonly string[] {
    const seen = new Set(this.#said.map(({ content }) => content))
    const sessions = this.#sim.log.of('session').flatMap(({ change, at }) => (change === 'created' ? at : []))
    const losses = { told, sessions, answeredLate: this.#answeredLate }
    const questions = this.#questions
      .filter((one) => !planOf(one.text).answers.every((answer) => seen.has(answer)))
      .filter((one) => !isToldLost(one, losses))
      .map(({ text, conversation }) => `${text} of ${conversation}`)
    const stops = this.#stops
      .filter(({ person }) => this.#repliesTo(person).length === 0)
      .filter(({ event }) => event === null || !isToldLost({ event }, losses))
      .map(({ person }) => `/stop of ${person}`)
    return [...questions, ...stops]
  }

  get #answeredLate(): ReadonlySet<string> {
    const begun = new Map<string, number>()
    for (const { event } of this.#questions) if (event.pushed) begun.set(event.id, event.at)
    const late = new Set<string>()
    for (const { id, at, outcome } of this.#sim.log.of('push')) {
      const begin = id === null ? undefined : begun.get(id)
      if (id === null || begin === undefined) continue
      if (outcome === 'accepted' && at - begin >= PATIENCE) late.add(id)
      begun.set(id, at)
    }
    return late
  }

  /** What the bot said to `/stop`. */
  #repliesTo(person: string): readonly string[] {
    const texts: readonly string[] = Object.values(STOP_TEXTS)
    return this.#said
      .filter(({ peer, content }) => peer === person && texts.includes(content))
      .map(({ content }) => content)
  }

  /** Of those who stopped something: each heard of it once, and then no more of what was said before. */
  #unstopped(): readonly string[] {
    return this.#stops.flatMap(({ person, questions, event: order }) => {
      const replies = this.#repliesTo(person)
      const [reply] = replies
      if (order === null || reply === undefined) return []
      const all = this.#said.filter(({ peer }) => peer === person).map(({ content }) => content)
      const after = new Set(all.slice(all.indexOf(reply)))
      const late = questions
        .filter(({ event }) => !this.#isUnordered(event, order))
        .flatMap(({ text }) => planOf(text).answers)
        .filter((answer) => after.has(answer))
      return [
        ...(replies.length > 1 ? [`/stop of ${person} was answered with ${replies.join(', ')}`] : []),
        ...late.map((text) => `"${text}" came after the answer to /stop of ${person}, "${reply}"`),
      ]
    })
  }

  /** A push that is repeated may come after a later one, and the platform writes whole seconds. */
  #isUnordered(event: Entry<'event'>, order: Entry<'event'>): boolean {
    return this.#isRepushed({ event }) && secondOf(event) === secondOf(order)
  }

  /**
   * ms from each event to its first answer, without the time of its handler, in the order of the questions. Without those that came
   * while an earlier one of their conversation had no answer.
   */
  waits(): readonly { readonly number: number; readonly ms: number }[] {
    const first = new Map<string, number>()
    for (const { content, at } of this.#said) if (!first.has(content)) first.set(content, at)
    const busyUntil = new Map<string, number>()
    return this.#questions.flatMap(({ number, text, event, conversation }) => {
      const { ms, answers } = planOf(text)
      const at = first.get(answers[0] ?? '') ?? Infinity
      const isFree = (busyUntil.get(conversation) ?? 0) <= event.at
      busyUntil.set(conversation, at)
      return isFree && at < Infinity ? [{ number, ms: at - event.at - ms }] : []
    })
  }

  /** What is wrong with what people saw, as sentences. */
  faults(told: readonly Told[]): readonly string[] {
    const places = new Map<string, number[]>()
    for (const [at, { content }] of this.#said.entries())
      places.set(content, [...(places.get(content) ?? []), at])
    const stoppable = this.#stops.flatMap(({ questions }) => questions.map(({ text }) => text))
    const planned = new Set<string>([
      ...[...stoppable, ...this.#questions.map(({ text }) => text)].flatMap((text) => planOf(text).answers),
      ...Object.values(STOP_TEXTS),
    ])
    // With its last writes the server may have lost what was sent.
    const hasForgotten = told.some(({ event }) => event === 'redis.emptied' || event === 'redis.rewound')
    return [
      ...this.open(told).map((one) => `${one} was not answered, and nobody was told`),
      ...this.#questions
        .filter(({ numbered }) => numbered || !hasForgotten)
        .flatMap(({ text }) => planOf(text).answers)
        .filter((answer) => (places.get(answer)?.length ?? 0) > 1)
        .map((answer) => `"${answer}" came ${places.get(answer)?.length} times`),
      ...[...places.keys()].filter((text) => !planned.has(text)).map((text) => `nobody planned "${text}"`),
      ...stoppable
        .flatMap((text) => planOf(text).answers)
        .filter((answer) => (places.get(answer)?.length ?? 0) > 1)
        .map((answer) => `"${answer}" came more than once`),
      ...this.#disorder(places),
      ...this.#unstopped(),
      ...this.#overdrawn(),
    ]
  }

  /** Calls that were over the budget. */
  get refused(): number {
    return this.#sim.log.of('call').filter(({ status }) => status === TOO_MANY).length
  }

  #overdrawn(): readonly string[] {
    return this.refused > LATE ? [`${this.refused} calls were over the budget`] : []
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
  #isRepushed({ event }: Pick<Question, 'event'>): boolean {
    return event.pushed && this.#sim.log.of('push').some(({ id, attempt }) => id === event.id && attempt > 1)
  }
}
