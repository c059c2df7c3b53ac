import type { Clock, LogRecord } from '@qqkit/core'

import type { FaultSpec } from '../core/kernel/faults.js'
import { faultOf } from '../core/kernel/fault-matching.js'
import { type FaultName, faults } from '../faults/catalogue.js'
import { createMemorySimulator, MemorySimulator } from '../memory/create-memory-simulator.js'
import type { SimulatorOptions } from '../options.js'
import { type IncidentName, incidents } from '../scenarios/incidents/incidents.js'
import type { Playback } from '../scenarios/play.js'
import type { Scenario } from '../scenarios/scenario.js'
import type { BotCredentials, Simulator } from '../simulator.js'
import { startSimulator } from '../sockets/start-simulator.js'
import { type DeskBot, type DeskBotOptions, makeBot, runBot, type RunningBot } from './desk-bot.js'
import { checkChanges, checkDesk, checkFaultName, checkIncidentName, checkStart } from './check.js'
import { DeskError } from './desk-error.js'
import { DeskPerson, type PersonDeps } from './people.js'
import { hold, loosen } from './hold.js'
import { deskTime } from './real-time.js'
import { report } from './report.js'
import type { TurnPlace } from './turn.js'
import { isAdvanced } from './waiting.js'

/** Options of {@link startDesk}. */
export interface DeskOptions {
  /** Without sockets, within this process. Default: only with a manual clock. */
  readonly memory?: boolean
  /** A clock that the test advances, e.g. `new ManualClock()` of `@qqkit/core/testing`. Expectations let its time pass. */
  readonly clock?: Clock
  /** Options of the simulator. */
  readonly platform?: Omit<SimulatorOptions, 'clock'>
  /** A simulator of your own, which stays open when the desk closes. */
  readonly simulator?: Simulator
  /** The bot of that simulator; default: its first one, and for a function that is called again a new one. */
  readonly credentials?: BotCredentials
  /** ms that an expectation waits, and the start; default 3000, for the start 4000: less than test runners allow a test. */
  readonly timeout?: number
  /** ms without a message that count as silence; default 200. */
  readonly quiet?: number
}

const TIMEOUT = 3_000
const START_TIMEOUT = 4_000
const QUIET = 200

/** Most records of the bot that are kept for reports. */
const RECORDS = 500

/** Handlers that run, and events that wait; a bot that does not say counts as idle. */
const queueOf = (bot: DeskBot): { readonly running: number; readonly waiting: number } => {
  const { running = 0, waiting = 0 } = bot.status?.() ?? {}
  return { running, waiting }
}

/** A simulated platform with one connected bot, for tests. */
export class Desk {
  /** The platform: faults, live switches, log, oracle. */
  readonly sim: Simulator
  readonly bot: DeskBot
  /** Of the bot; its AppID tells it apart in a simulator that has several. */
  readonly credentials: BotCredentials
  readonly #running: RunningBot
  readonly #deps: PersonDeps
  readonly #closeSimulator: () => Promise<void>
  readonly #release: () => void
  #closed: Promise<void> | null = null
  readonly #people = new Map<string, DeskPerson>()

  /** @internal */
  constructor(
    sim: Simulator,
    running: RunningBot,
    init: {
      readonly closeSimulator: () => Promise<void>
      readonly credentials: BotCredentials
      readonly options: DeskOptions
      /** The language of its reports; default English, as all errors of programs. */
      readonly language?: 'en' | 'zh'
      readonly records: readonly { readonly n: number; readonly record: LogRecord }[]
    },
  ) {
    this.sim = sim
    this.bot = running.bot
    this.credentials = init.credentials
    this.#running = running
    this.#closeSimulator = init.closeSimulator
    const isBusy = (): boolean => {
      const { running: busy, waiting } = queueOf(running.bot)
      return busy + waiting > 0
    }
    const isUsed = (): boolean => isBusy() || sim.playing().some(({ paused }) => !paused)
    this.#release = hold({ sim, isBusy: isUsed, close: async () => this.close() })
    const { timeout = TIMEOUT, quiet = QUIET } = init.options
    const describe = (failure: string, place: TurnPlace): string =>
      report({
        failure,
        place,
        log: sim.log.entries(),
        since: place.since,
        records: init.records.filter(({ n }) => n >= place.since).map(({ record }) => record),
        ...queueOf(running.bot),
        language: init.language ?? 'en',
      })
    this.#deps = {
      sim,
      timeout,
      quiet,
      taken: new Set(),
      bot: init.credentials.appId,
      isBusy,
      checkOpen: () => {
        if (this.#closed)
          throw new DeskError('closed', 'the desk is closed: nobody can talk to the bot any more')
      },
      fail: (failure, place) => new DeskError('unexpected', describe(failure, place)),
      unheard: (event, what, place) => {
        const published = sim.oracle.events({ bot: init.credentials.appId }).find(({ id }) => id === event)
        if (published && !sim.oracle.unheard(event)) return null
        const why = published
          ? `${published.t} was published to no session and no webhook: no bot will ever receive it`
          : 'the platform sends this to no bot, e.g. since it does not mention one'
        return new DeskError('unheard', describe(`${what}: ${why}`, place))
      },
    }
  }

  /** A user in a private chat. */
  user(name: string): DeskPerson {
    return this.#person(`c2c ${name}`, () => this.sim.user(name, this.#deps.bot))
  }

  /** A group: `desk.group('room').user('bob').say('hi')` mentions the bot. */
  group(name: string): { readonly user: (name: string) => DeskPerson } {
    const group = this.sim.group(name, this.#deps.bot)
    return { user: (person) => this.#person(`group ${name} ${person}`, () => group.user(person)) }
  }

  /** A channel of the first guild, or of another one: `'art/general'`. */
  channel(name: string): { readonly user: (name: string) => DeskPerson } {
    const channel = this.sim.channel(name, this.#deps.bot)
    return { user: (person) => this.#person(`channel ${name} ${person}`, () => channel.user(person)) }
  }

  /** A person in a private chat of a guild. */
  dm(name: string): DeskPerson {
    return this.#person(`dm ${name}`, () => this.sim.dm(name, this.#deps.bot))
  }

  /**
   * Arms a fault: one of the catalogue by its name, with changes, or one of your own. Returns its id, for
   * `desk.sim.faults.clear(id)`.
   *
   * @example
   *   desk.fault('send-hangs', { times: 2 })
   *
   * @throws OptionsError when it is malformed or unknown
   */
  fault(fault: FaultName | FaultSpec, changes: Partial<FaultSpec> = {}): string {
    checkChanges(changes)
    const spec = typeof fault === 'string' ? faults[checkFaultName(fault)] : fault
    const id = typeof fault === 'string' ? { id: this.#freeId(fault) } : {}
    return this.sim.faults.add(faultOf(this.credentials.appId, { ...id, ...spec, ...changes } as FaultSpec))
  }

  /** The name of a fault as its id, which reports show; with a number when one is armed already. */
  #freeId(name: FaultName): string {
    const armed = new Set(this.sim.faults.armed().map(({ id }) => id))
    let id: string = name
    for (let number = 2; armed.has(id); number += 1) id = `${name}-${number}`
    return id
  }

  /** Plays an incident by its name, or a scenario. */
  play(scenario: IncidentName | Scenario): Playback {
    return this.sim.play(
      typeof scenario === 'string' ? incidents[checkIncidentName(scenario)] : scenario,
      this.#deps.bot,
    )
  }

  /**
   * Lets time pass on the manual clock.
   *
   * @throws TypeError when the desk has no clock that can be advanced
   */
  async advance(ms: number): Promise<void> {
    const { clock } = this.sim
    if (!isAdvanced(clock))
      throw new TypeError('give startDesk() a clock that can be advanced: { clock: new ManualClock() }')
    await clock.advance(ms)
  }

  /** Stops the bot, then the simulator. */
  async close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  async #close(): Promise<void> {
    this.#release()
    try {
      await this.#running.stop(STOP_TIMEOUT)
    } finally {
      await this.#closeSimulator()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** One object for each person, so that a message that was taken stays taken. */
  #person(key: string, make: () => DeskPerson['person']): DeskPerson {
    const known = this.#people.get(key) ?? new DeskPerson(this.#deps, make())
    this.#people.set(key, known)
    return known
  }
}

/** ms that a bot waits for its handlers at the end: a failed test has to say why before its runner gives it up, after 5 s. */
const HANDLERS_TIMEOUT = 500

/** ms that the end of a bot may take. */
const STOP_TIMEOUT = 1_900

interface Platform {
  readonly sim: Simulator
  readonly close: () => Promise<void>
}

/** A simulator that does not keep the process alive, or the one that is given. */
const makeSimulator = async ({ memory, clock, platform, simulator }: DeskOptions): Promise<Platform> => {
  if (simulator) return { sim: simulator, close: async () => {} }
  const options = { ...platform, clock: clock ?? deskTime }
  if (memory ?? (clock !== undefined && isAdvanced(clock))) {
    const sim = createMemorySimulator(options)
    return { sim, close: async () => sim.close() }
  }
  const sim = await startSimulator({ ...options, page: false })
  sim.unref()
  const tighten = loosen(Number(new URL(sim.url).port))
  return { sim, close: async () => sim.close().finally(tighten) }
}

/** Bots of each simulator that have had a desk; `true` while it is open. */
const desks = new WeakMap<Simulator, Map<string, boolean>>()

/**
 * The bot of a desk: two bots with the same credentials would take the session from each other, and the platform lets a bot open
 * one session in 5 s.
 *
 * @throws DeskError when it has a desk already
 */
const botFor = (sim: Simulator, isFunction: boolean, given: BotCredentials | undefined): BotCredentials => {
  const known = desks.get(sim) ?? new Map<string, boolean>()
  desks.set(sim, known)
  const first = given ?? sim.credentials
  if (given === undefined && isFunction && known.has(first.appId)) return sim.addBot()
  if (known.get(first.appId) !== true) return first
  throw new DeskError('taken', `another desk of this simulator has the bot ${first.appId}`)
}

const optionsFor = (
  sim: Simulator,
  credentials: BotCredentials,
  log: DeskBotOptions['log'],
): DeskBotOptions =>
  sim instanceof MemorySimulator
    ? { ...sim.botOptions(credentials), log, stopTimeout: HANDLERS_TIMEOUT }
    : { ...sim.botOptions(credentials), clock: sim.clock, log, stopTimeout: HANDLERS_TIMEOUT }

/**
 * Starts a simulated platform and a bot, and resolves when the bot is connected. Over sockets; in memory with `memory`, or with
 * a manual clock.
 *
 * @example
 *   const desk = await startDesk((options) => new Bot(options).command('ping', (ctx) => ctx.reply('pong')))
 *   await desk.user('ann').say('/ping').expect('pong')
 *   await desk.close()
 *
 * @param bot a function that creates the bot with the options it gets; or a bot that is already made for `options.simulator`
 * @throws DeskError when the bot does not connect in time; the error that ends its start
 */
export const startDesk = async (
  bot: DeskBot | ((options: DeskBotOptions) => DeskBot | Promise<DeskBot>),
  options: DeskOptions = {},
): Promise<Desk> => {
  checkStart(bot, options)
  checkDesk(options)
  const { sim, close: closeSimulator } = await makeSimulator(options)
  const credentials = botFor(sim, typeof bot === 'function', options.credentials)
  const { appId } = credentials
  desks.get(sim)?.set(appId, true)
  const close = async (): Promise<void> => {
    desks.get(sim)?.set(appId, false)
    await closeSimulator()
  }
  const records: { readonly n: number; readonly record: LogRecord }[] = []
  const log = (record: LogRecord): void => {
    records.push({ n: sim.log.entries().at(-1)?.n ?? 0, record })
    if (records.length > RECORDS) records.shift()
  }
  try {
    const timeout = options.timeout ?? START_TIMEOUT
    const made =
      typeof bot === 'function'
        ? await makeBot(sim, async () => bot(optionsFor(sim, credentials, log)), timeout)
        : bot
    const running = await runBot(sim, made, credentials, timeout, () => records.map(({ record }) => record))
    return new Desk(sim, running, { closeSimulator: close, credentials, options, records })
  } catch (error) {
    await close()
    throw error
  }
}
