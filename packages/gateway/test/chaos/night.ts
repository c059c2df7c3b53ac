import type { Access, Clock, Transport } from '@qqkit/core'
import { seededRandom } from '@qqkit/core/testing'
import { connectBudget } from '@qqkit/reconnect-policy'
import type { Simulator } from '@qqkit/simulator'

import { Gateway, type GatewayOptions } from '../../src/index.js'
import { resolveOptions } from '../../src/options.js'
import { Deck, type Draw } from './deck.js'
import { SessionJudge } from './session-judge.js'
import { strike, type Trouble } from './troubles/trouble.js'
import { Witness } from './witness.js'

/** Where a night takes place. */
export interface World {
  readonly sim: Simulator
  readonly access: Access
  readonly transport: Transport
  readonly clock: Clock
  /** Lets time pass. */
  readonly pass: (ms: number) => Promise<void>
  /** Whether both sides see everything at the same moment, so that a gap can be told to the ms. */
  readonly sharp: boolean
  /** Ends it, and tells what is left behind. */
  readonly close: () => Promise<readonly string[]>
}

/** What is to happen in a night. */
export interface Plan {
  readonly seed: number
  readonly events: number
  /** How many troubles strike … */
  readonly strikes: number
  /** … of these kinds, each as often as any other. */
  readonly troubles: readonly Trouble[]
  /** The longest pause between two events, in ms. */
  readonly pause: number
  /** What is wrong with this client, to see whether anybody notices. */
  readonly options?: Partial<GatewayOptions>
  readonly wrap?: (transport: Transport) => Transport
}

/** What became of a night. */
export interface Report {
  readonly said: number
  readonly handled: number
  readonly gaps: number
  readonly identifies: number
  readonly connects: number
  readonly kinds: number
  /** What must not be; empty when all is well. */
  readonly problems: readonly string[]
}

/** Long enough for any connection to come back, in ms. */
const PATIENCE = 3_600_000
/** After which a connection counts as stable, in ms, and a little more. */
const STABLE = 61_000

/** A stretch that the client has told to be lost, in wall time and in numbers of events. */
interface Lost {
  readonly from: number
  /** Number of the last event that had arrived. */
  readonly after: number
  /** Open while the next session has not begun. */
  to: { readonly at: number; readonly before: number } | null
}

/** One night: numbered events, troubles, and a client. The same world and plan give the same night. */
export class Night {
  readonly #world: World
  readonly #plan: Plan
  readonly #draw: Draw
  readonly #judge = new SessionJudge()
  readonly #witness: Witness
  readonly #gateway: Gateway
  readonly #options: GatewayOptions
  readonly #handled: string[] = []
  readonly #lost: Lost[] = []
  readonly #saidAt: number[] = []
  /** Events that were never sent, or out of order, so that nobody can know that they are missing. */
  readonly #unknowable = new Set<string>()
  readonly #kinds = new Set<string>()
  readonly #problems: string[] = []

  constructor(world: World, plan: Plan) {
    this.#world = world
    this.#plan = plan
    const random = seededRandom(plan.seed)
    this.#draw = (below) => Math.floor(random() * below)
    this.#witness = new Witness(world.transport, world.clock, this.#judge)
    this.#options = {
      access: world.access,
      appId: world.sim.credentials.appId,
      intents: ['GROUP_AND_C2C_EVENT'],
      clock: world.clock,
      random,
      maxPayload: 65_536,
      ...plan.options,
      transport: plan.wrap?.(this.#witness) ?? this.#witness,
    }
    this.#gateway = new Gateway(this.#options)
    this.#listen()
  }

  async play(): Promise<Report> {
    const { sim, pass, close } = this.#world
    this.#gateway.run().catch((error: Error) => this.#problems.push(`stopped: ${error.message}`))
    await this.#ready()
    await this.#events()
    sim.faults.clear()
    await this.#ready()
    await pass(300_000)
    await this.#ready()
    await this.#lastWord()
    const { state, reason, shards } = this.#gateway.status()
    if (state !== 'ready') this.#problems.push(`deaf in the end: ${reason}`)
    this.#compare()
    this.#checkConnects()
    const closing = this.#gateway.close()
    await pass(20_000)
    await closing
    return {
      said: this.#saidAt.length,
      handled: this.#handled.length,
      gaps: this.#lost.length,
      identifies: shards[0]?.counters.identifies ?? 0,
      connects: this.#witness.opened.length,
      kinds: this.#kinds.size,
      problems: [...this.#problems, ...this.#judge.problems, ...(await close())],
    }
  }

  #listen(): void {
    const { clock, sim } = this.#world
    const gateway = this.#gateway
    const now = (): Lost['to'] => ({ at: clock.wall(), before: this.#saidAt.length })
    gateway.on('C2C_MESSAGE_CREATE', ({ d }) => void this.#handled.push(String(d.content)))
    gateway.on('gap', ({ since, reason }) => {
      this.#judge.gap(reason)
      // Open until the next session begins, or, when this one goes on, until now.
      const goesOn = gateway.status().shards[0]?.state === 'ready'
      this.#lost.push({ from: since ?? 0, after: this.#witness.newest, to: goesOn ? now() : null })
    })
    gateway.on('READY', () => {
      for (const lost of this.#lost) lost.to ??= now()
    })
    let struck = false
    sim.subscribe((entry) => {
      // Whatever takes an event's place, or holds it back, leaves a connection on which others follow.
      if (entry.kind === 'fault' && entry.change === 'struck')
        struck = /^event: {"kind":"(ignore|delay|reorder|frame|invalid|reconnect)"/.test(entry.what)
      if (entry.kind !== 'event') return
      if (struck) this.#unknowable.add(String(this.#saidAt.length - 1))
      struck = false
    })
  }

  async #events(): Promise<void> {
    const { events, strikes, troubles, pause } = this.#plan
    const draw = this.#draw
    const deck = new Deck(troubles, draw)
    let struck = 0
    for (let n = 0; n < events; n += 1) {
      this.#say()
      // Spread over the night, and never fewer than asked for.
      if (draw(events - n) < strikes - struck) {
        await this.#strike(deck.deal())
        struck += 1
      }
      await this.#world.pass(draw(10) === 0 ? draw(pause) : draw(300))
    }
  }

  /** With nothing in its way an event gets through, however slow the machine. */
  async #lastWord(): Promise<void> {
    const text = String(this.#saidAt.length)
    this.#say()
    for (let waited = 0; waited < PATIENCE && this.#handled.at(-1) !== text; waited += 1000)
      await this.#world.pass(1000)
    if (this.#handled.at(-1) !== text) this.#problems.push('deaf in the end: the last event was not handled')
  }

  /** The next event. */
  #say(): void {
    const { sim, clock } = this.#world
    const number = this.#saidAt.push(clock.wall()) - 1
    sim.user('ann').say(String(number))
  }

  async #strike(trouble: Trouble): Promise<void> {
    const { sim, pass } = this.#world
    this.#kinds.add(trouble.name)
    if (!trouble.alone) return strike(trouble, sim.faults, this.#draw)
    // What is still armed strikes before, or not at all.
    sim.faults.clear()
    await this.#ready()
    await pass(STABLE)
    await this.#ready()
    strike(trouble, sim.faults, this.#draw)
    this.#say()
    await pass(STABLE)
    sim.faults.clear()
    await this.#ready()
    await pass(STABLE)
  }

  async #ready(): Promise<void> {
    for (let waited = 0; waited < PATIENCE && this.#gateway.status().state !== 'ready'; waited += 1000)
      await this.#world.pass(1000)
  }

  /** What reached the client was handled once, in that order; what did not is in a gap. */
  #compare(): void {
    const arrived = [...this.#witness.arrived]
    const at = this.#handled.findIndex((text, index) => text !== arrived[index])
    if (at !== -1 || this.#handled.length !== arrived.length) {
      const found = `${this.#handled.length} handled, ${arrived.length} arrived`
      this.#problems.push(`not each event once and in order: ${found}, and they differ from number ${at} on`)
    }
    const { sharp } = this.#world
    for (const [n, saidAt] of this.#saidAt.entries()) {
      const known = this.#witness.arrived.has(String(n)) || this.#unknowable.has(String(n))
      const told = this.#lost.some(({ from, after, to }) =>
        sharp ? from <= saidAt && saidAt <= (to?.at ?? Infinity) : after < n && n < (to?.before ?? Infinity),
      )
      if (!known && !told) this.#problems.push(`event ${n} is missing, and no gap tells of it`)
    }
  }

  #checkConnects(): void {
    const { most, opened } = this.#witness
    if (most > 1) this.#problems.push(`${most} live sockets at once`)
    const { policy } = resolveOptions(this.#options)
    for (const ms of [60_000, 600_000, 3_600_000]) {
      const allowed = connectBudget(policy, ms)
      const found = mostInAnyWindow(opened, ms)
      if (found > allowed) this.#problems.push(`${found} connects within ${ms} ms, ${allowed} are allowed`)
    }
  }
}

const mostInAnyWindow = (moments: readonly number[], ms: number): number => {
  let first = 0
  let most = 0
  for (const [last, at] of moments.entries()) {
    while (at - (moments[first] ?? 0) >= ms) first += 1
    most = Math.max(most, last - first + 1)
  }
  return most
}
