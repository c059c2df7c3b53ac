import type { Clock } from '@qqkit/core'

import type { Bot } from './core/bot/state.js'
import { publish } from './core/events/publish.js'
import { pushHeartbeat, validateAddress } from './core/events/webhook-push.js'
import { RawJson } from './core/gateway/frame-text.js'
import type { InteractionEntry, LogEntry, MessageEntry } from './core/kernel/log-entry.js'
import { judge } from './core/messages/audit.js'
import { FIRST_GUILD, splitName } from './core/places/guilds.js'
import { addBot, type BotInit } from './core/world/bots.js'
import { createWorld, type World } from './core/world/world.js'
import { Faults } from './faults/faults.js'
import { Channel } from './handles/channel.js'
import { Group } from './handles/group.js'
import { Guild } from './handles/guild.js'
import { Person } from './handles/person.js'
import { Live } from './live/live.js'
import { checkBotChange, type ResolvedOptions } from './options.js'
import { Observations } from './oracle/observations.js'
import { Oracle } from './oracle/oracle.js'
import { LogBook } from './runtime/log-book.js'
import { Runtime } from './runtime/runtime.js'
import { type Snapshot, takeSnapshot } from './runtime/snapshot.js'
import { checkScenario } from './scenarios/check-scenario.js'
import { perform } from './scenarios/perform.js'
import { play, type Playback } from './scenarios/play.js'
import type { Scenario } from './scenarios/scenario.js'

/** What a bot needs to get in. */
export interface BotCredentials {
  readonly appId: string
  readonly secret: string
  /** For the old `Bot appid.token` authorization. */
  readonly legacyToken: string
}

const credentialsOf = (bot: Bot): BotCredentials => ({
  appId: bot.appId,
  secret: bot.secret,
  legacyToken: bot.legacyToken,
})

/** What can change about a bot while it runs. */
export type BotChange = Partial<Pick<Bot, 'standing' | 'intents' | 'webhook'>>

const isWhole = ({ change }: MessageEntry): boolean =>
  change === 'sent' || change === 'streamed' || change === 'unfinished'

/** A QQ platform of one's own, whichever way it is reached. */
export abstract class Simulator {
  /** REST base, without a trailing slash. */
  readonly url: string
  /** Where access tokens are given out. */
  readonly tokenUrl: string
  /** The bot that exists from the start. */
  readonly credentials: BotCredentials
  readonly clock: Clock
  /** Everything that happened, newest last, bounded. */
  readonly log: LogBook
  readonly faults: Faults
  /** The switches for what live reports disagree on. */
  readonly live: Live
  /** Answers questions about what really happened. */
  readonly oracle: Oracle
  protected readonly runtime: Runtime
  readonly #playbacks = new Set<Playback>()
  #closing: Promise<void> | null = null

  /** @internal */
  constructor(options: ResolvedOptions, base: World['base']) {
    const world = createWorld(options.settings, options.clock.wall())
    world.base = { ...base }
    this.clock = options.clock
    this.log = new LogBook(options.logLimit, options.logSize)
    const observations = new Observations(options.oracleLimit, options.logSize)
    this.oracle = new Oracle(observations)
    this.runtime = new Runtime(world, options.clock, (entry, size) => {
      observations.observe(entry, size)
      this.log.add(entry, size)
    })
    this.url = base.http
    this.tokenUrl = `${base.http}/app/getAppAccessToken`
    this.credentials = credentialsOf(addBot(world, options.bot))
    this.faults = new Faults(this.runtime)
    this.live = new Live(this.runtime)
  }

  /** Adds another bot. */
  addBot(init?: BotInit): BotCredentials {
    return this.runtime.act((world) => credentialsOf(addBot(world, init)))
  }

  /** A user who writes to the bot in private (C2C). `bot`: AppID, when there are several. */
  user(name: string, bot?: string): Person {
    return new Person(this.runtime, this.#bot(bot), 'c2c', name, name)
  }

  /** A group that the bot is in. */
  group(name: string, bot?: string): Group {
    return new Group(this.runtime, this.#bot(bot), name)
  }

  /** A guild that the bot is in; without a name, the one that it is in from the start. */
  guild(name: string = FIRST_GUILD, bot?: string): Guild {
    return new Guild(this.runtime, this.#bot(bot), name)
  }

  /** A channel of the first guild, or of another one: `channel('art/general')` is `guild('art').channel('general')`. */
  channel(name: string, bot?: string): Channel {
    return new Channel(this.runtime, this.#bot(bot), name)
  }

  /** Someone who writes a guild direct message to the bot; of another guild than the first as `'art/dan'`. */
  dm(name: string, bot?: string): Person {
    return new Person(this.runtime, this.#bot(bot), 'dm', name, splitName(name).own)
  }

  /** The state as it is now, as a copy without secrets. */
  snapshot(): Snapshot {
    return this.runtime.act(takeSnapshot)
  }

  /**
   * Changes a bot's standing
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-7 §3.7}: 4914, 4915), the
   * intents that it may have, or its webhook address; connections stay as they are.
   *
   * @throws OptionsError for an unknown or wrong field
   */
  changeBot(change: BotChange, bot?: string): void {
    checkBotChange(change)
    const botOf = this.#bot(bot)
    this.runtime.act((world) => Object.assign(botOf(world), change))
  }

  /**
   * Asks the bot's webhook address to prove that it knows the secret
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-4 §7.4}); the outcome is a `push`
   * entry.
   */
  validateWebhook(bot?: string): void {
    const botOf = this.#bot(bot)
    this.runtime.act((world) => validateAddress(world, botOf(world)))
  }

  /** Publishes any event to a bot, for kinds that are not modelled. Returns its outer `id`. */
  publish(t: string, d: unknown, bot?: string): string {
    const botOf = this.#bot(bot)
    return this.runtime.act((world) => publish(world, botOf(world), { t, d }))
  }

  /**
   * Publishes an event whose payload is JSON text and goes out as it stands, such as ids that are numbers beyond 2^53.
   * Returns its outer `id`.
   *
   * @throws SyntaxError when it is no JSON
   */
  publishText(t: string, d: string, bot?: string): string {
    return this.publish(t, new RawJson(d), bot)
  }

  /**
   * Asks a bot for a sign of life (op 1): over its webhook, or on each of its open connections. Returns how many were
   * asked; `heartbeat` entries of the log tell what came back.
   */
  heartbeat(bot?: string): number {
    const botOf = this.#bot(bot)
    const { appId, webhook } = this.runtime.act(botOf)
    if (webhook === null) return this.faults.now({ kind: 'heartbeat' }, { bot: appId })
    this.runtime.act((world) => pushHeartbeat(world, botOf(world)))
    return 1
  }

  /**
   * What a person sees of their click; waits until the bot has acknowledged it or its 3 s are over.
   *
   * @throws `signal.reason` on abort, or an error when the simulator closes before
   */
  async outcomeOf(
    pressed: { readonly id: string },
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<InteractionEntry> {
    const known = this.oracle.click(pressed.id)
    if (known) return known
    const isOutcome = (entry: LogEntry): entry is InteractionEntry =>
      entry.kind === 'interaction' && entry.id === pressed.id
    return this.log.next(isOutcome, options)
  }

  /**
   * The verdict on a message that is held for review
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-5 §2.5}). `false` when
   * there is none of this id.
   */
  judgeAudit(audit: string, passed: boolean): boolean {
    return this.runtime.act((world) => judge(world, audit, passed))
  }

  /**
   * Plays a scenario from now on. Closing the simulator ends it. A step that cannot happen is warned about and left out.
   *
   * @throws OptionsError when it is none
   */
  play(scenario: Scenario, bot?: string): Playback {
    const botOf = this.#bot(bot)
    const { name } = checkScenario(scenario)
    const playback = play(scenario, this.clock, (act) => {
      try {
        this.runtime.act((world) => perform(world, botOf(world), act))
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        // Found out when its moment comes, with nobody there to catch it: the others go on.
        process.emitWarning(`${name}: ${error.message}`, { code: 'QQKIT_SCENARIO_STEP' })
      }
    })
    this.#playbacks.add(playback)
    void playback.done.then(() => this.#playbacks.delete(playback))
    return playback
  }

  /**
   * The bot's first reply to what a person said or pressed; waits for it, and for the end of a streamed one.
   *
   * @throws `signal.reason` on abort, or an error when the simulator closes before
   */
  async replyTo(
    said: { readonly id: string; readonly eventId: string },
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<MessageEntry> {
    const known = [said.id, said.eventId].flatMap((anchor) => this.oracle.replies(anchor)).find(isWhole)
    if (known) return known
    const isReply = (entry: LogEntry): entry is MessageEntry =>
      entry.kind === 'message' &&
      entry.direction === 'out' &&
      isWhole(entry) &&
      (entry.replyTo === said.id || entry.replyTo === said.eventId)
    return this.log.next(isReply, options)
  }

  /** Calls `listener` with each new log entry, until the returned function is called. */
  subscribe(listener: (entry: LogEntry) => void): () => void {
    return this.log.subscribe(listener)
  }

  /** Ends all connections and timers. Calls share one promise. */
  close(): Promise<void> {
    this.#closing ??= this.#shut()
    return this.#closing
  }

  /** Ends what the adapter has opened. */
  protected abstract shut(): Promise<void>

  async #shut(): Promise<void> {
    for (const playback of this.#playbacks) playback.stop()
    this.runtime.close()
    this.log.close()
    await this.shut()
  }

  #bot(appId: string | undefined): (world: World) => Bot {
    const wanted = appId ?? this.credentials.appId
    return (world) => {
      const bot = world.bots.get(wanted)
      if (!bot) throw new RangeError(`there is no bot ${wanted}; add it with addBot()`)
      return bot
    }
  }
}
