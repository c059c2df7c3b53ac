import type { Clock, LogRecord } from '@qqkit/core'

import type { FaultSpec } from '../core/kernel/faults.js'
import { type FaultName, faults } from '../faults/catalogue.js'
import { createMemorySimulator, MemorySimulator } from '../memory/create-memory-simulator.js'
import type { SimulatorOptions } from '../options.js'
import { type IncidentName, incidents } from '../scenarios/incidents/incidents.js'
import type { Playback } from '../scenarios/play.js'
import type { Scenario } from '../scenarios/scenario.js'
import type { BotCredentials, Simulator } from '../simulator.js'
import { startSimulator } from '../sockets/start-simulator.js'
import { type DeskBot, type DeskBotOptions, makeBot, runBot, type RunningBot } from './desk-bot.js'
import { checkDesk, checkFaultName, checkIncidentName } from './check.js'
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

/** A simulated platform with one connected bot, for tests. */
export class Desk {
  /** The platform: faults, live switches, log, oracle. */
  readonly sim: Simulator
  readonly bot: DeskBot
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
      readonly appId: string
      readonly options: DeskOptions
      /** The language of its reports; default English, as all errors of programs. */
      readonly language?: 'en' | 'zh'
      readonly records: readonly { readonly n: number; readonly record: LogRecord }[]
    },
  ) {
    this.sim = sim
    this.bot = running.bot
    this.#running = running
    this.#closeSimulator = init.closeSimulator
    const isBusy = (): boolean => {
      const { running: busy = 0, waiting = 0 } = running.bot.status?.() ?? {}
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
        running: running.bot.status?.().running ?? 0,
        language: init.language ?? 'en',
      })
    this.#deps = {
      sim,
      timeout,
      quiet,
      taken: new Set(),
      bot: init.appId,
      isBusy,
      checkOpen: () => {
        if (this.#closed)
          throw new DeskError('closed', 'the desk is closed: nobody can talk to the bot any more')
      },
      fail: (failure, place) => new DeskError('unexpected', describe(failure, place)),
      unheard: (event, what, place) => {
        const published = sim.oracle.events({ bot: init.appId }).find(({ id }) => id === event)
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
    const spec = typeof fault === 'string' ? faults[checkFaultName(fault)] : fault
    return this.sim.faults.add({ ...spec, ...changes } as FaultSpec)
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
  if (typeof bot !== 'function' && !options.simulator)
    throw new TypeError(
      'startDesk() has to tell the bot its addresses. Give a function: startDesk((options) => new Bot({ ...options, … })), or a bot made for a simulator of your own: startDesk(bot, { simulator })',
    )
  checkDesk(options)
  const { sim, close } = await makeSimulator(options)
  const records: { readonly n: number; readonly record: LogRecord }[] = []
  const log = (record: LogRecord): void => {
    records.push({ n: sim.log.entries().at(-1)?.n ?? 0, record })
    if (records.length > RECORDS) records.shift()
  }
  try {
    const timeout = options.timeout ?? START_TIMEOUT
    const made =
      typeof bot === 'function'
        ? await makeBot(sim, async () => bot(optionsFor(sim, sim.credentials, log)), timeout)
        : bot
    const running = await runBot(sim, made, sim.credentials, timeout, () =>
      records.map(({ record }) => record),
    )
    const { appId } = sim.credentials
    return new Desk(sim, running, { closeSimulator: close, appId, options, records })
  } catch (error) {
    await close()
    throw error
  }
}
