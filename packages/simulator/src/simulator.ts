/**
 * A simulated QQ platform. The core (`core/`) is a pure state machine over one `World`; adapters do all I/O. The way of
 * a call, an event and a fault:
 *
 * 1. An adapter receives a request or a frame: `sockets/` over HTTP and WebSocket, `memory/` within the process.
 * 2. `Runtime.input` passes it with the time to `step` (`core/step.ts`), which first runs the tasks that are due.
 * 3. A call: `handleCall` finds its bot and its route (`core/calls/`); the handler of the route checks the fields,
 *    changes the world and returns the answer.
 * 4. A gateway frame: `receive` (`core/gateway/`) handles Identify, Resume and heartbeats.
 * 5. An action of a person (`handles/`, `Runtime.act`) changes the world and calls `publish` (`core/events/`), which
 *    sends the event to each session that asked for it, or pushes it to the bot's webhook.
 * 6. A fault: steps 3 to 5 call `strikeFault` on each occasion; an armed fault that matches replaces, delays or breaks
 *    the answer, frame or push.
 * 7. The core queues effects (`core/kernel/effect.ts`); the adapter performs them: it answers, sends, closes or posts.
 * 8. Log effects go to `log` and `oracle`; the page, `replyTo()` and all questions of tests read those two.
 *
 * Recipes for a new fault, route, live switch or incident: "Extending it" in the README.
 */
import { type Clock, systemClock } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'

import { bindTo, isOpenTask, type ScanOptions } from './core/binding/binding.js'
import type { Bot } from './core/bot/state.js'
import { publish } from './core/events/publish.js'
import { pushHeartbeat, validateAddress } from './core/events/webhook-push.js'
import { RawJson } from './core/gateway/frame-text.js'
import { ImpossibleError } from './core/kernel/impossible.js'
import type { InteractionEntry, LogEntry, MessageEntry, MessageFile } from './core/kernel/log-entry.js'
import { judge } from './core/messages/audit.js'
import { attach, bytesOf, type FileInit } from './core/messages/contents.js'
import type { SaidAttachment } from './core/messages/state.js'
import { FIRST_GUILD, splitName } from './core/places/guilds.js'
import { addBot, type BotInit } from './core/world/bots.js'
import { createWorld, type World } from './core/world/world.js'
import { Faults } from './faults/faults.js'
import { checkPressed, checkReplyTo } from './handles/check.js'
import { ChannelHandle } from './handles/channel.js'
import { GroupHandle } from './handles/group.js'
import { GuildHandle } from './handles/guild.js'
import { Person } from './handles/person.js'
import { toChinese } from './language/to-chinese.js'
import { Live } from './live/live.js'
import { checkBotChange, checkBotInit, type ResolvedOptions } from './options.js'
import { NoReplyError } from './oracle/no-reply-error.js'
import { Observations } from './oracle/observations.js'
import { Oracle } from './oracle/oracle.js'
import { LogBook } from './runtime/log-book.js'
import { Runtime } from './runtime/runtime.js'
import { type Snapshot, takeSnapshot } from './runtime/snapshot.js'
import { checkScenario } from './scenarios/check-scenario.js'
import { perform } from './scenarios/perform.js'
import { play, type Playback } from './scenarios/play.js'
import type { Scenario } from './scenarios/scenario.js'

/** Credentials with which a bot connects. */
export interface BotCredentials {
  readonly appId: string
  readonly secret: string
  /** For the old `Bot appid.token` authorization. */
  readonly legacyToken: string
}

/** The options of a bot that connect it to a simulator; `new Bot()` of `@qqkit/bot` takes them as they are. */
export interface BotConnection {
  readonly appId: string
  readonly secret: string
  readonly baseUrl: string
  readonly tokenUrl: string
}

const credentialsOf = (bot: Bot): BotCredentials => ({
  appId: bot.appId,
  secret: bot.secret,
  legacyToken: bot.legacyToken,
})

/** The properties of a bot that can change while it runs. */
export type BotChange = Partial<Pick<Bot, 'standing' | 'intents' | 'webhook'>>

const isWhole = ({ change }: MessageEntry): boolean =>
  change === 'sent' || change === 'streamed' || change === 'unfinished'

/** ms: less than the 5 s after which vitest ends a test without a word. */
const REPLY_TIMEOUT = 4_000

/** A step of a scenario that the platform does not allow, and that was left out. */
class StepWarning extends Error {
  override readonly name = 'Warning'
  readonly code = 'QQKIT_SCENARIO_STEP'
  /** The message in Chinese. */
  readonly zh: string

  constructor(scenario: string, kind: string, why: RangeError) {
    const what = `the scenario ${scenario} left out a step "${kind}"`
    super(`${what}: ${why.message}`)
    this.zh = `${toChinese(what)}：${why instanceof ImpossibleError ? why.zh : why.message}`
  }
}

/** A simulated QQ platform: the base of both simulators, over sockets and in memory. */
export abstract class Simulator {
  /** REST base, without a trailing slash. */
  readonly url: string
  /** Address of the token endpoint. */
  readonly tokenUrl: string
  /** The bot that exists from the start. */
  readonly credentials: BotCredentials
  readonly clock: Clock
  /** The log of everything that happened, newest last, bounded. */
  readonly log: LogBook
  readonly faults: Faults
  /** The switches for rules on which live reports disagree. */
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

  /**
   * Adds another bot.
   *
   * @example
   *   const second = sim.addBot({ privateDomain: false })
   *   sim.user('ann', second.appId).say('hello')
   *
   * @throws OptionsError for an unknown or wrong field; RangeError when there is a bot with this AppID
   */
  addBot(init: BotInit = {}): BotCredentials {
    checkBotInit(init)
    return this.runtime.act((world) => credentialsOf(addBot(world, init)))
  }

  /**
   * A person scans the QR code of a binding and chooses a bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-7 §1.7}). `code`: the link behind
   * the code, or its task id. `bot`: the AppID of an existing bot; default: a new one.
   *
   * @example
   *   const { appId } = sim.scan(link, { person: 'ann' })
   *
   * @throws RangeError when no such task waits for a scan, or there is no such bot
   */
  scan(code: string, { bot, ...options }: ScanOptions & { readonly bot?: string } = {}): BotCredentials {
    const task = URL.canParse(code) ? (new URL(code).searchParams.get('task_id') ?? '') : code
    return this.runtime.act((world) => {
      if (!isOpenTask(world, task))
        throw new ImpossibleError(
          'there is no open binding task of this code; it has expired, or was scanned',
          '该二维码没有等待中的绑定任务：已过期或已被扫描',
        )
      const chosen = bot === undefined ? addBot(world) : this.#bot(bot)(world)
      bindTo(world, task, chosen, options)
      return credentialsOf(chosen)
    })
  }

  /**
   * The options that connect a bot of `@qqkit/bot` to this simulator. `credentials`: those of another bot than the first.
   *
   * @example
   *   const bot = new Bot({ ...sim.botOptions(), handlerTimeout: 1_000 })
   */
  botOptions({ appId, secret }: Pick<BotCredentials, 'appId' | 'secret'> = this.credentials): BotConnection {
    return { appId, secret, baseUrl: this.url, tokenUrl: this.tokenUrl }
  }

  /**
   * A user in a private chat (C2C) with the bot. `bot`: AppID, if there are several bots.
   *
   * @example
   *   const said = sim.user('ann').say('ping')
   *   const { content } = await sim.replyTo(said)
   */
  user(name: string, bot?: string): Person {
    return new Person(this.runtime, this.#bot(bot), 'c2c', name, name)
  }

  /**
   * A group that the bot is in.
   *
   * @example
   *   sim.group('room').user('bob').say('hello') // mentions the bot
   *   sim.group('room').hearAll()
   */
  group(name: string, bot?: string): GroupHandle {
    return new GroupHandle(this.runtime, this.#bot(bot), name)
  }

  /** A guild that the bot is in; default: the first guild. */
  guild(name: string = FIRST_GUILD, bot?: string): GuildHandle {
    return new GuildHandle(this.runtime, this.#bot(bot), name)
  }

  /** A channel of the first guild, or of another one: `channel('art/general')` is `guild('art').channel('general')`. */
  channel(name: string, bot?: string): ChannelHandle {
    return new ChannelHandle(this.runtime, this.#bot(bot), name)
  }

  /** A person in a guild direct message with the bot; `'art/dan'` is dan of the guild `art`. */
  dm(name: string, bot?: string): Person {
    return new Person(this.runtime, this.#bot(bot), 'dm', name, splitName(name).own)
  }

  /**
   * A file that people can send. Bots can download it from its address, as from the platform's storage.
   *
   * @example
   *   sim.user('ann').say('look', { attachments: [sim.file(bytes, { name: 'cat.png' })] })
   */
  file(bytes: Uint8Array, init: FileInit): SaidAttachment {
    return this.runtime.act((world) => attach(world, bytes, init))
  }

  /**
   * The bytes of a file of a message, or `null` when they were sent by address or are no longer kept.
   *
   * @example
   *   const { files } = await sim.replyTo(said)
   *   const bytes = files[0] && sim.contentOf(files[0])
   */
  contentOf({ content }: Pick<MessageFile, 'content'>): Uint8Array | null {
    const kept = this.runtime.world.contents.get(content ?? '')
    return kept ? bytesOf(kept) : null
  }

  /**
   * The current state, as a copy without secrets.
   *
   * @example
   *   const { connections, sessions } = sim.snapshot()
   */
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
   * Sends the address check to the bot's webhook, which must prove that it knows the secret
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-4 §7.4}); the outcome is a `push`
   * entry.
   */
  validateWebhook(bot?: string): void {
    const botOf = this.#bot(bot)
    this.runtime.act((world) => validateAddress(world, botOf(world)))
  }

  /**
   * Publishes any event to a bot, e.g. one that is not modelled. Returns its outer `id`.
   *
   * @example
   *   sim.publish('SUBSCRIBE_MESSAGE_STATUS', { openid: sim.user('ann').id, result: [] })
   */
  publish(t: string, d: unknown, bot?: string): string {
    const botOf = this.#bot(bot)
    return this.runtime.act((world) => publish(world, botOf(world), { t, d }))
  }

  /**
   * Publishes an event whose payload is JSON text, sent unchanged, e.g. with ids that are numbers beyond 2^53.
   * Returns its outer `id`.
   *
   * @throws SyntaxError when the text is not JSON
   */
  publishText(t: string, d: string, bot?: string): string {
    return this.publish(t, new RawJson(d), bot)
  }

  /**
   * Sends a heartbeat (op 1) to a bot: over its webhook, or on each of its open connections. Returns the number of
   * heartbeats; `heartbeat` entries of the log show the answers.
   */
  heartbeat(bot?: string): number {
    const botOf = this.#bot(bot)
    const { appId, webhook } = this.runtime.act(botOf)
    if (webhook === null) return this.faults.now({ kind: 'heartbeat' }, { bot: appId })
    this.runtime.act((world) => pushHeartbeat(world, botOf(world)))
    return 1
  }

  /**
   * Waits for the outcome of a click as its person sees it: an acknowledgement, or a failure after 3 s.
   *
   * @example
   *   const pressed = sim.user('ann').press('OK')
   *   const { code, ms } = await sim.outcomeOf(pressed) // code null: not acknowledged
   *
   * @throws `signal.reason` on abort, or an error when the simulator closes first
   */
  async outcomeOf(
    pressed: { readonly id: string },
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<InteractionEntry> {
    checkPressed(pressed)
    const known = this.oracle.click(pressed.id)
    if (known) return known
    if (!this.log.of('press').some(({ id }) => id === pressed.id))
      throw new RangeError(`there is no press ${pressed.id}: give what press() returned`)
    const isOutcome = (entry: LogEntry): entry is InteractionEntry =>
      entry.kind === 'interaction' && entry.id === pressed.id
    return this.log.next(isOutcome, options)
  }

  /**
   * Decides the review of a held message
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-5 §2.5}). `false` for an
   * unknown review.
   */
  judgeAudit(audit: string, passed: boolean): boolean {
    return this.runtime.act((world) => judge(world, audit, passed))
  }

  /**
   * Starts a scenario, which ends with the simulator. An impossible step is skipped with a process warning. Without `bot`, people
   * talk to the first bot, and faults strike any; with it, all is about that bot.
   *
   * @example
   *   const playback = sim.play(checkScenario(JSON.parse(text)))
   *   await playback.done
   *
   * @throws OptionsError when it is malformed
   */
  play(scenario: Scenario, bot?: string): Playback {
    const botOf = this.#bot(bot)
    const { name } = checkScenario(scenario)
    const playback = play(scenario, this.clock, (act) => {
      try {
        this.runtime.act((world) => perform(world, botOf(world), act, bot !== undefined))
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        // A step fails at its own time, when no caller can catch it; the other steps continue.
        process.emitWarning(new StepWarning(name, act.kind, error))
      }
    })
    this.#playbacks.add(playback)
    void playback.done.then(() => this.#playbacks.delete(playback))
    return playback
  }

  /** The scenarios that are playing or paused, oldest first. */
  playing(): readonly Playback[] {
    return [...this.#playbacks]
  }

  /**
   * Waits for the bot's first whole reply to a message or a press; a streamed reply is whole at its end.
   *
   * @param options `timeout`: ms of real time, whatever the clock of the simulator is; default 4 s, less than test runners allow
   *   a test
   * @throws NoReplyError at once when the event reached no bot, and after the timeout; `signal.reason` on abort; an error when
   *   the simulator closes first
   */
  async replyTo(
    said: { readonly id: string; readonly eventId: string },
    options: { readonly signal?: AbortSignal; readonly timeout?: number } = {},
  ): Promise<MessageEntry> {
    checkReplyTo(said, options)
    const known = [said.id, said.eventId].flatMap((anchor) => this.oracle.replies(anchor)).find(isWhole)
    if (known) return known
    const { signal, timeout: ms = REPLY_TIMEOUT } = options
    if (this.oracle.unheard(said.eventId)) throw new NoReplyError('unheard')
    const isReply = (entry: LogEntry): entry is MessageEntry =>
      entry.kind === 'message' &&
      entry.direction === 'out' &&
      isWhole(entry) &&
      (entry.replyTo === said.id || entry.replyTo === said.eventId)
    const onTimeout = (): NoReplyError => new NoReplyError('no_reply', `within ${ms} ms`)
    return withDeadline({ clock: systemClock, ms, onTimeout, signal }, async (ended) =>
      this.log.next(isReply, { signal: ended }),
    )
  }

  /** Calls `listener` with each new log entry, until the returned function is called. */
  subscribe(listener: (entry: LogEntry) => void): () => void {
    return this.log.subscribe(listener)
  }

  /** Ends all connections and timers. All calls share one promise. */
  close(): Promise<void> {
    this.#closing ??= this.#shut()
    return this.#closing
  }

  /** Closes the adapter's sockets and servers. */
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
