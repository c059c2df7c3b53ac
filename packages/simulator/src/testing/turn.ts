import type { LogEntry, MessageEntry } from '../core/kernel/log-entry.js'
import { isWhole, type Reply, replyOf } from '../recordings/reply.js'
import type { Simulator } from '../simulator.js'
import type { DeskError } from './desk-error.js'
import { checkCount, checkExpected, checkSilence, checkWait } from './check.js'
import { describeExpected, describeReply, type Expected, fits } from './expected.js'
import { until } from './waiting.js'

/** How long an expectation waits. */
export interface WaitOptions {
  /** ms: of real time, or on a manual clock of simulated time. Default: that of the desk, 3 s. */
  readonly timeout?: number
}

/** What turns of one desk share. */
export interface TurnDeps {
  readonly sim: Simulator
  readonly timeout: number
  /** ms without a message that count as silence. */
  readonly quiet: number
  /** Ids of messages that an expectation has taken. */
  readonly taken: Set<string>
  /** Whether the bot works on events; a bot that does not say counts as idle. */
  readonly isBusy: () => boolean
  /** A failed expectation as an error with a report. */
  readonly fail: (failure: string, turn: TurnPlace) => DeskError
}

/** Where a turn happens, and from where on in the log. */
export interface TurnPlace {
  readonly bot: string
  readonly scene: MessageEntry['scene']
  readonly peerId: string
  /** Number of the entry with which it begins. */
  readonly since: number
}

/** What a person did: a message, a press, or nothing yet. */
export interface Act {
  /** In words, for reports: `ann: /ping`. */
  readonly what: string
  /** Ids that a reply to it names; `null`: every message of the bot counts. */
  readonly anchors: readonly string[] | null
  /** Id of the click. */
  readonly click: string | null
}

/**
 * What a person did, and the bot's answers to it. Each expectation takes the next message, so that several of them follow one
 * another; nothing waits without a limit.
 */
export class Turn {
  /** Ids of the message or the press; empty for a conversation as a whole. */
  readonly ids: readonly string[]
  readonly #deps: TurnDeps
  readonly #place: TurnPlace
  readonly #act: Act

  /** @internal */
  constructor(deps: TurnDeps, place: TurnPlace, act: Act) {
    this.#deps = deps
    this.#place = place
    this.#act = act
    this.ids = act.anchors ?? []
  }

  /**
   * Waits for the next message of the bot, and compares it.
   *
   * @example
   *   await ann.say('/ping').expect('pong')
   *   await ann.say('/tea').expect({ content: /cup/, buttons: ['Yes'] })
   *
   * @throws DeskError with a report of the conversation, when another message comes, or none within the timeout
   */
  async expect(expected: Expected = () => true, options: WaitOptions = {}): Promise<Reply> {
    checkExpected(expected)
    checkWait(options)
    const { timeout = this.#deps.timeout } = options
    const entry = await until(this.#deps.sim, timeout, () => this.#waiting()[0])
    const wanted = typeof expected === 'function' ? 'a reply' : describeExpected(expected)
    if (!entry) throw await this.#failure(`expected ${wanted}, but no message came within ${timeout} ms`)
    const [reply] = this.#take([entry])
    if (reply && fits(expected, reply)) return reply
    throw await this.#failure(
      `expected ${describeExpected(expected)}, received ${reply ? describeReply(reply) : 'nothing'}`,
    )
  }

  /**
   * Waits for a number of messages, and makes sure that no further one follows.
   *
   * @throws DeskError with a report, when there are fewer or more
   */
  async expectReplies(count: number, options: WaitOptions = {}): Promise<readonly Reply[]> {
    checkCount('expectReplies()', count)
    checkWait(options)
    const { sim, timeout: usual } = this.#deps
    const { timeout = usual } = options
    const enough = await until(sim, timeout, () => (this.#waiting().length >= count ? true : undefined))
    if (!enough) {
      const came = this.#waiting().length
      throw await this.#failure(`expected ${count} messages, but only ${came} came within ${timeout} ms`)
    }
    await this.#silence(timeout)
    const entries = this.#waiting()
    if (entries.length > count)
      throw await this.#failure(`expected ${count} messages, received ${entries.length}`)
    return this.#take(entries)
  }

  /**
   * Makes sure that no message comes while the bot works on what was said, and for some ms afterwards.
   *
   * @param options `within`: ms of silence; default 200
   * @throws DeskError with a report, when a message comes
   */
  async expectNothing(options: { readonly within?: number } = {}): Promise<void> {
    checkSilence(options)
    const { timeout, isBusy } = this.#deps
    await this.#silence(timeout, options.within)
    const [entry] = this.#waiting()
    if (!entry && isBusy())
      throw await this.#failure(
        `expected no message, but the bot still works on something after ${timeout} ms`,
      )
    if (!entry) return
    const [reply] = this.#take([entry])
    throw await this.#failure(`expected no message, received ${reply ? describeReply(reply) : ''}`)
  }

  /**
   * Waits until the bot shows that it is typing.
   *
   * @throws DeskError with a report
   */
  async expectTyping(options: WaitOptions = {}): Promise<void> {
    checkWait(options)
    const { sim, timeout: usual } = this.#deps
    const { timeout = usual } = options
    const isNotice = (entry: LogEntry): boolean =>
      entry.kind === 'typing' && entry.n >= this.#place.since && entry.peerId === this.#place.peerId
    const notice = await until(sim, timeout, () => sim.log.entries().find(isNotice))
    if (!notice) throw await this.#failure(`expected a typing notice, but none came within ${timeout} ms`)
  }

  /**
   * Waits for the acknowledgement of a press, as the person sees it.
   *
   * @param code default 0, success
   * @throws DeskError with a report, for another code, or none within the 3 s that the platform allows
   */
  async expectAck(code = 0): Promise<void> {
    checkCount('expectAck()', code)
    const { sim } = this.#deps
    const { click } = this.#act
    if (click === null)
      throw await this.#failure(
        "expected an acknowledgement, but nothing was pressed; only press('…') has one",
      )
    const outcome = await until(sim, CLICK_WINDOW, () => sim.oracle.click(click) ?? undefined)
    const came = outcome?.code ?? null
    if (came === code) return
    throw await this.#failure(
      `expected the acknowledgement ${code}, ${came === null ? 'but none came in time' : `received ${came}`}`,
    )
  }

  /** Complete messages of the bot that belong here, and that no expectation has taken. */
  #waiting(): readonly MessageEntry[] {
    const { bot, scene, peerId, since } = this.#place
    const { anchors } = this.#act
    return this.#deps.sim.log
      .entries()
      .filter(isWhole)
      .filter(
        (entry) =>
          entry.n >= since &&
          entry.bot === bot &&
          entry.scene === scene &&
          entry.peerId === peerId &&
          (anchors === null || entry.replyTo === null || anchors.includes(entry.replyTo)) &&
          !this.#deps.taken.has(entry.id),
      )
  }

  #take(entries: readonly MessageEntry[]): readonly Reply[] {
    const log = this.#deps.sim.log.entries()
    for (const { id } of entries) this.#deps.taken.add(id)
    return entries.map((entry) => replyOf(entry, log))
  }

  /** Waits until the bot is idle and has said nothing for a while; ends early at a message. */
  async #silence(timeout: number, quiet: number = this.#deps.quiet): Promise<void> {
    const { sim, isBusy } = this.#deps
    const count = this.#waiting().length
    const spoke = (): true | undefined => (this.#waiting().length > count ? true : undefined)
    await until(sim, timeout, () => (isBusy() ? spoke() : true))
    await until(sim, quiet, spoke)
  }

  /** The error of a failed expectation; a handler that has just answered is given time to end. */
  async #failure(failure: string): Promise<DeskError> {
    const { sim, isBusy } = this.#deps
    await until(sim, REST, () => (isBusy() ? undefined : true))
    const { what } = this.#act
    const last = this.#lastAct()
    const next =
      this.#act.anchors === null && last === null
        ? [`no one has spoken here: ${what}.say('…').expect('…')`]
        : []
    const since = this.#act.anchors === null ? (last ?? this.#place.since) : this.#place.since
    return this.#deps.fail([`${what}: ${failure}`, ...next].join('; '), { ...this.#place, since })
  }

  /** Number of the entry with the last message or press of people here; `null` for none. */
  #lastAct(): number | null {
    const { bot, scene, peerId } = this.#place
    const isHere = (entry: LogEntry): boolean =>
      (entry.kind === 'press' || (entry.kind === 'message' && entry.direction === 'in')) &&
      entry.bot === bot &&
      entry.scene === scene &&
      entry.peerId === peerId
    return this.#deps.sim.log.entries().findLast(isHere)?.n ?? null
  }
}

/** ms for a handler to end after its answer. */
const REST = 50

/** A little more than the 3 s after which a click has failed (§5.7). */
const CLICK_WINDOW = 3_500
