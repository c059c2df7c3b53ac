import type { WireFrame } from '@qqkit/core'

import type { Bot, Handed, Witness } from './bot.js'
import { ModelStore, type StoreMode } from './model-store.js'
import { Platform, type Said } from './platform.js'

/** How the consumer handles what it gets. */
export type Handling = 'at_once' | 'later' | 'throws'

/** How long an event that is no suspect may wait in a living process, in ms: as long as a store may hang. */
const PATIENCE = 5500

/** How long a suspect has for itself, in ms. */
const ALONE = 10_000

interface Seen {
  /** In how many lives it was handed out. */
  times: number
  /** By the consumer, in any life. */
  finished: boolean
  /** … and the store knows. */
  stored: boolean
  /** Lost, and told. */
  told: boolean
  /** It should have come again and did not: should it come after all, nobody knows how it had ended. */
  missed: boolean
  /** Nobody can know of it. */
  unknowable: boolean
  /** Lives that ended without a goodbye after it had arrived in them, and before the store knew its end. */
  crashes: number
}

/** What one life has seen of one event. */
interface Here {
  readonly at: number
  readonly order: number
  /** In flight when a process died. */
  readonly suspect: boolean
  /** What was stored when this life began says that it is finished. */
  readonly done: boolean
  handed: Handed | null
  handedAt: number
  settled: boolean
}

interface Stored {
  readonly sessionId: string
  readonly committed: number
  readonly doneAbove: readonly (readonly [number, number])[]
  readonly inFlight: readonly (readonly [number, number])[]
}

/** The session in the store, if it is not only noted that there is none. */
const parse = (text: string | null): Stored | null => {
  if (text === null) return null
  const stored = JSON.parse(text) as Stored | { readonly sessionId: null }
  return stored.sessionId === null ? null : stored
}

const isDone = ({ committed, doneAbove }: Stored, seq: number): boolean =>
  seq <= committed || doneAbove.some(([from, to]) => from <= seq && seq <= to)

/** Starts a process. */
export type MakeBot = (store: ModelStore, witness: Witness, wall: number) => Promise<Bot>

/**
 * A platform, a disk, one process after the other, and a small account of what the consumer has seen. Whatever must not be
 * is a problem, by name.
 */
export class World {
  readonly platform: Platform = new Platform()
  readonly store: ModelStore = new ModelStore()
  readonly problems: string[] = []
  handling: Handling = 'at_once'
  /** The process dies while the event that is handed out as the n-th from now on is being handled. */
  killAt: number = Infinity
  connected = false
  #bot: Bot | null = null
  readonly #make: MakeBot
  readonly #seen: Seen[] = []
  readonly #missing = new Set<number>()
  #gaps = 0
  /** Whether the last number was wrong. */
  #odd = false
  #here = new Map<number, Here>()
  /** What was stored when this life began, … */
  #left: Stored | null = null
  /** … and the events in flight in it. */
  #crashes = new Map<number, number>()
  #order = 0
  #lastOrder = -1
  #life = 0
  /** Nothing was stored when this process began: of what was before it knows nothing. */
  #blank = true
  #wall = Date.UTC(2026, 0, 1)
  /** Gaps that last until the next session begins. */
  #since = Infinity

  constructor(make: MakeBot) {
    this.#make = make
    this.store.onLanded = (text) => this.#onLanded(text)
  }

  get running(): boolean {
    return this.#bot !== null
  }

  get wall(): number {
    return this.#bot?.now() ?? this.#wall
  }

  /** The next process. */
  async start(): Promise<void> {
    if (this.#bot) return
    this.#here = new Map()
    this.#missing.clear()
    this.#lastOrder = -1
    this.#life += 1
    this.#left = parse(this.store.text)
    this.#crashes = new Map(this.#left?.inFlight ?? [])
    this.#blank = this.store.text === null
    const { session } = this.platform
    // The number of a RESUMED is not replayed: who has not stored that it came finds a hole there.
    const unheard = session && session.resumed > 0 && !(this.#left && isDone(this.#left, session.resumed))
    if (session && (unheard || [...this.#crashes.values()].some((crashes) => crashes > 0)))
      session.skipped = true
    this.killAt = Infinity
    this.#bot = await this.#make(this.store, this.#witness(this.#life), this.#wall)
  }

  /** Lets the process connect; the platform answers as told. */
  async connect(how: Reconnect): Promise<void> {
    await this.start()
    if (this.connected) return
    const asked = await this.#alive(async (bot) => bot.connect())
    if (asked === undefined) return
    const { platform } = this
    if (asked === 'identify') {
      if (this.#blank) this.#excuse()
      const { id, seq } = platform.begin()
      this.connected = true
      await this.#alive(async (bot) => bot.ready(id, seq))
      this.#close()
      return
    }
    if (how.refused || platform.session?.id !== asked.resume) {
      platform.end()
      await this.#alive(async (bot) => bot.refuse())
      return
    }
    if (asked.seq > platform.session.seq)
      this.#problem(
        'bad_seq',
        `resumes from ${asked.seq}, and the session has come to ${platform.session.seq}`,
      )
    this.connected = true
    await this.#replay(asked.seq, how)
  }

  async #replay(asked: number, how: Reconnect): Promise<void> {
    const all = this.platform.after(asked - how.again)
    const forgotten = new Set(all.slice(0, how.forgotten))
    for (const said of forgotten) this.#forget(said, asked)
    let replay = all.filter((said) => !forgotten.has(said))
    if (how.order === 'reversed') replay = replay.toReversed()
    // Live events come before the replay is through.
    if (how.order === 'last_first') replay = [...replay.slice(-1), ...replay.slice(0, -1)]
    const upTo = how.cutAfter ?? replay.length
    for (const [at, said] of replay.slice(0, upTo).entries()) {
      if (how.store && at === 1) this.store.turn(how.store)
      await this.#send(said)
    }
    if (!this.connected) return
    if (how.cutAfter !== null && how.over) return this.#end()
    if (how.cutAfter !== null) return this.cut()
    const { platform } = this
    const told = this.#gaps
    await this.#alive(async (bot) => bot.resumed(platform.next()))
    const { session } = platform
    if (!this.#bot) return
    const here = ({ number }: Said): boolean =>
      this.#here.has(number) || !forgotten.has(this.platform.said[number] as Said)
    if (
      this.#gaps > told &&
      session &&
      !session.skipped &&
      this.#missing.size === 0 &&
      session.log.every(here)
    )
      this.#problem('wolf', 'a gap is told although nothing is missing')
    this.#checkMissing()
  }

  /** The session ends while it is being resumed. */
  async #end(): Promise<void> {
    this.connected = false
    this.platform.end()
    await this.#alive(async (bot) => bot.refuse())
  }

  #excuse(): void {
    for (const { number } of this.platform.said) {
      const seen = this.#seenOf(number)
      if (seen.times === 0) seen.unknowable = true
    }
    this.#blank = false
  }

  /** The platform has something to say. */
  async say(batch: readonly (Said | null)[], odd = 0): Promise<void> {
    for (const said of batch) {
      if (said && !this.#seen[said.number]) this.#seen[said.number] = fresh()
    }
    // An event that a later one has overtaken cannot be missed before it comes.
    for (const [at, said] of batch.entries()) {
      if (said && batch.slice(0, at).some((before) => before && before.seq > said.seq))
        this.#seenOf(said.number).unknowable = this.connected
    }
    for (const said of batch) {
      if (!said || !this.connected) continue
      this.#seenOf(said.number).unknowable = false
      await this.#send(
        said,
        said === batch.at(-1) && said.frame.id !== undefined && said.copyOf === null ? odd : 0,
      )
    }
  }

  /** @param off how far the number that the frame bears is off */
  async #send(said: Said, off = 0): Promise<void> {
    if (!this.#bot || !this.connected) return
    const { number } = said
    if (!this.#here.has(number)) {
      this.#here.set(number, {
        at: this.#bot.now(),
        order: this.#order++,
        suspect: (this.#crashesOf(said) ?? 0) > 0,
        done: this.#left !== null && this.#left.sessionId === said.session && isDone(this.#left, said.seq),
        handed: null,
        handedAt: -Infinity,
        settled: false,
      })
    }
    const { session } = this.platform
    // Two wrong ones in a row that go on from one another nobody can tell from right ones.
    const odd = this.#odd ? 0 : off
    this.#odd = odd > 0
    if (session && odd > 0) {
      session.skipped = true
      // Whoever has only its right number knows nothing of its end.
      this.#seenOf(number).missed = true
    }
    await this.#alive(async (bot) => bot.event({ ...said.frame, s: said.seq + odd }))
  }

  async cut(): Promise<void> {
    if (!this.connected) return
    this.connected = false
    await this.#alive(async (bot) => bot.cut())
  }

  async pass(ms: number): Promise<void> {
    if (!this.#bot) this.#wall += ms
    if (this.store.mode === 'slow') this.store.release()
    await this.#alive(async (bot) => bot.pass(ms))
  }

  /** The consumer is finished with one of the events that it has. */
  async finish(pick: number): Promise<void> {
    const open = [...this.#here].filter(([, { handed, settled }]) => handed && !settled)
    const one = open[pick % (open.length || 1)]
    if (one) this.#settle(one[0], one[1])
    await this.pass(0)
  }

  async finishAll(): Promise<void> {
    for (const [number, here] of this.#here) if (here.handed && !here.settled) this.#settle(number, here)
    await this.pass(0)
  }

  /** Ends the process in order. */
  async deploy(finished: boolean): Promise<void> {
    if (finished) await this.finishAll()
    await this.#alive(async (bot) => bot.close())
    // A goodbye that is not on the disk was none.
    this.#gone(this.store.mode !== 'works')
    this.store.die(true)
  }

  kill(landed: boolean): void {
    this.#bot?.kill()
    this.#gone(true)
    this.store.die(landed)
  }

  /** Everything is well for a while: what was said is known to be handed out or lost by then. */
  async settleDown(): Promise<void> {
    this.handling = 'at_once'
    this.killAt = Infinity
    this.store.mode = 'works'
    this.store.release()
    for (let round = 0; round < 6 && !this.connected; round += 1) await this.connect(WELL)
    await this.finishAll()
    await this.pass(200_000)
    if (!this.connected)
      for (let round = 0; round < 6 && !this.connected; round += 1) await this.connect(WELL)
    await this.finishAll()
    await this.pass(10_000)
    this.check()
    for (const said of this.platform.said) {
      const seen = this.#seenOf(said.number)
      if (!seen.unknowable && !this.#offered(said))
        this.#problem('lost', `event ${said.number} (seq ${said.seq}) was never handed out, nor told`)
    }
  }

  /** What must hold after every step. */
  check(): void {
    const bot = this.#bot
    if (!bot) return
    for (const [number, here] of this.#here) {
      const seen = this.#seenOf(number)
      const said = this.platform.said[number] as Said
      if (here.handed || here.suspect || here.done || seen.stored || this.#offeredHere(said)) continue
      if (this.#family(said).length > 1 && this.#offered(said)) continue
      if (seen.finished && seen.times > 0) continue
      const waited = bot.now() - here.at
      if (waited > PATIENCE) this.#problem('deaf', `event ${number} waits for ${waited} ms`)
    }
    const stuck = bot.stuck()
    if (stuck !== null) this.#problem('stuck', stuck)
  }

  #witness(life: number): Witness {
    const now = (act: () => void): void => {
      if (this.#life === life) act()
    }
    return {
      handedOut: (handed) => now(() => this.#onHandedOut(handed)),
      gap: (since) => now(() => this.#onGap(since)),
      abandoned: (frame) => now(() => this.#onAbandoned(numberOf(frame))),
      quarantined: (frame) => now(() => this.#onQuarantined(frame)),
    }
  }

  #onHandedOut(handed: Handed): void {
    const number = numberOf(handed.frame)
    const here = this.#here.get(number)
    const seen = this.#seenOf(number)
    if (!here) return this.#problem('ghost', `event ${number} was handed out although it did not come`)
    if (here.handed) this.#problem('twice', `event ${number} was handed out twice in one life`)
    if (seen.stored)
      this.#problem('again', `event ${number} was handed out again after it was finished and stored`)
    if (!here.suspect) {
      if (here.order < this.#lastOrder) this.#problem('order', `event ${number} came out of order`)
      this.#lastOrder = Math.max(this.#lastOrder, here.order)
    }
    const { wall } = this
    const beside = [...this.#here.values()].some(
      (other) => other.suspect && other.handed && !other.settled && wall - other.handedAt < ALONE,
    )
    if (here.suspect && beside)
      this.#problem('not_alone', `event ${number} was handed out beside another suspect`)
    here.handed = handed
    here.handedAt = wall
    seen.times += 1
    this.killAt -= 1
    if (this.killAt <= 0) return this.kill(false)
    if (this.handling === 'throws') {
      here.settled = true
      seen.finished = true
      throw new Error('a handler that throws')
    }
    if (this.handling === 'at_once') this.#settle(number, here)
  }

  #settle(number: number, here: Here): void {
    here.settled = true
    this.#seenOf(number).finished = true
    here.handed?.settle('done')
  }

  #onGap(since: number): void {
    this.#gaps += 1
    const until = this.connected && this.platform.session ? this.wall : Infinity
    for (const said of this.platform.said) {
      if (said.at >= since && said.at <= until) this.#seenOf(said.number).told = true
    }
    if (until === Infinity) this.#since = Math.min(this.#since, since)
  }

  /** A session has begun: what a gap tells of is over. */
  #close(): void {
    for (const said of this.platform.said) if (said.at >= this.#since) this.#seenOf(said.number).told = true
    this.#since = Infinity
  }

  #onAbandoned(number: number): void {
    if (!this.#here.get(number)?.handed)
      this.#problem('gave_up', `event ${number} was given up before anybody was offered it`)
    this.#seenOf(number).told = true
  }

  #onQuarantined(frame: WireFrame): void {
    const seen = this.#seenOf(numberOf(frame))
    seen.told = true
    if (seen.crashes < 3)
      this.#problem('quarantine', `event ${numberOf(frame)} is quarantined after ${seen.crashes} crashes`)
  }

  #onLanded(text: string | null): void {
    const stored = parse(text)
    if (!stored) return
    for (const said of this.platform.said) {
      if (said.session !== stored.sessionId || !isDone(stored, said.seq)) continue
      const seen = this.#seenOf(said.number)
      if (seen.finished && !seen.missed) seen.stored = true
      if (!seen.unknowable && !this.#offered(said))
        this.#problem(
          'committed',
          `event ${said.number} (seq ${said.seq}) is committed, and nobody was offered it`,
        )
    }
  }

  /** Whether the consumer was offered an event, or a copy of it, or it was told that it is lost. */
  #offered(said: Said): boolean {
    return this.#family(said).some(
      ({ number }) => this.#seenOf(number).times > 0 || this.#seenOf(number).told,
    )
  }

  #offeredHere(said: Said): boolean {
    return this.#family(said).some(
      ({ number }) => this.#here.get(number)?.handed || this.#seenOf(number).told,
    )
  }

  /** All under which the platform sent the same event. */
  #family({ copyOf, number }: Said): readonly Said[] {
    const root = copyOf ?? number
    return this.platform.said.filter((other) => (other.copyOf ?? other.number) === root)
  }

  /** The platform does not replay it: it must be missed, unless it had come, or the numbers have holes anyway. */
  #forget(said: Said, asked: number): void {
    const { number } = said
    const seen = this.#seenOf(number)
    if (this.#here.has(number)) return
    if (this.#crashesOf(said) !== undefined) {
      this.#missing.add(number)
      seen.missed = true
      return
    }
    const done = this.#left?.sessionId === said.session && isDone(this.#left, said.seq)
    if (said.seq > asked && !done) seen.missed = true
    if (this.platform.session?.skipped) seen.unknowable ||= seen.times === 0
    else if (said.seq > asked && !done) this.#missing.add(number)
  }

  /** How many processes in a row had died on an event when this life began. */
  #crashesOf({ session, seq }: Said): number | undefined {
    return this.#left?.sessionId === session ? this.#crashes.get(seq) : undefined
  }

  /** After the replay: what was known to be in flight and did not come is told. */
  #checkMissing(): void {
    for (const number of this.#missing) {
      const seen = this.#seenOf(number)
      if (!seen.told && !this.#here.has(number))
        this.#problem('untold', `event ${number} is not replayed, and nobody is told`)
    }
    this.#missing.clear()
  }

  #gone(crashed: boolean): void {
    if (!this.#bot) return
    this.#wall = this.#bot.now()
    // What was finished and not stored the next process takes for unfinished.
    for (const number of this.#here.keys())
      if (crashed && !this.#seenOf(number).stored) this.#seenOf(number).crashes += 1
    this.#bot = null
    this.#life += 1
    this.connected = false
  }

  async #alive<T>(work: (bot: Bot) => Promise<T>): Promise<T | undefined> {
    const bot = this.#bot
    if (!bot) return undefined
    const result = await work(bot)
    return this.#bot === bot ? result : undefined
  }

  #seenOf(number: number): Seen {
    return (this.#seen[number] ??= fresh())
  }

  #problem(kind: string, text: string): void {
    this.problems.push(`${kind}: ${text}`)
  }
}

const fresh = (): Seen => ({
  times: 0,
  finished: false,
  stored: false,
  told: false,
  missed: false,
  unknowable: false,
  crashes: 0,
})

const numberOf = (frame: WireFrame): number => (frame.d as { readonly number: number }).number

/** How the platform answers a connection. */
export interface Reconnect {
  /** The session is over. */
  readonly refused: boolean
  readonly order: 'in_order' | 'reversed' | 'last_first'
  /** So many of what is asked for do not come. */
  readonly forgotten: number
  /** So much more than what is asked for comes. */
  readonly again: number
  /** The connection is lost after so many, … */
  readonly cutAfter: number | null
  /** … and with it the session. */
  readonly over: boolean
  /** How the store behaves from the middle of the replay on. */
  readonly store: StoreMode | null
}

/** As it should be. */
export const WELL: Reconnect = {
  refused: false,
  order: 'in_order',
  forgotten: 0,
  again: 0,
  cutAfter: null,
  over: false,
  store: null,
}
