import type { FaultSpec, SocketAction } from '../../core/kernel/faults.js'
import type { LogEntry } from '../../core/kernel/log-entry.js'
import type { FileInit } from '../../core/messages/contents.js'
import type { Live } from '../../live/live.js'
import type { PageAct, PageAttachment } from './inputs.js'
import type {
  PageBot,
  PageBotName,
  PageIncident,
  PagePlace,
  PagePlayback,
  PageRoom,
  PageScene,
} from './wire.js'

/** A request of the page that cannot be fulfilled, in words for the person at the page. */
export class InputError extends Error {
  /** The message in Chinese. */
  readonly zh: string

  constructor(en: string, zh: string) {
    super(en)
    this.zh = zh
  }
}

/** An armed fault of the simulator. */
export interface HostFault {
  readonly id: string
  readonly spec: FaultSpec
  /** Remaining strikes; `Infinity` until cleared. */
  readonly left: number
}

/** A person in a conversation. */
export interface Speaker {
  readonly room: PageRoom
  readonly person: string
}

/** The properties of a message that a person sends from the page. */
export interface SaidOnPage {
  readonly at: boolean
  readonly quote: string | null
  readonly files: readonly PageAttachment[]
}

/** The part of a simulator that the page needs. What people do throws an `ImpossibleError` when it is not allowed. */
export interface PageHost {
  readonly bot: PageBot
  bots(): readonly PageBotName[]
  /** The simulator's wall time in ms. */
  now(): number
  /** The kept log entries, oldest first. */
  log(): readonly LogEntry[]
  /** Calls `listener` with each new entry, until the returned function is called. */
  subscribe(listener: (entry: LogEntry) => void): () => void
  say(speaker: Speaker, text: string, options: SaidOnPage): void
  /** Keeps a file that a person sends. */
  attach(bytes: Uint8Array, init: FileInit): PageAttachment
  /** The bytes of a kept file. */
  content(key: string): { readonly type: string | null; readonly bytes: Uint8Array } | null
  /** The bot's place in a conversation. */
  place(room: PageRoom): PagePlace
  /** Name of a conversation by the id in paths; `null` when there is none. */
  nameOf(bot: string, scene: PageScene, id: string): string | null
  recall(speaker: Speaker, message: string): void
  react(speaker: Speaker, message: string, emoji: string, on: boolean): void
  act(speaker: Speaker, what: PageAct): void
  /** Chooses an item of the bot's menu. */
  choose(speaker: Speaker, item: string): void
  /** Names of the routes that a fault can aim at. */
  readonly routes: readonly string[]
  /** A person presses a button of a message. */
  press(speaker: Speaker, message: string, button: string): void
  faults(): readonly HostFault[]
  /** Arms a fault. @throws OptionsError when it is malformed */
  addFault(spec: FaultSpec): void
  /** Applies an action at once to one connection, or to all when `connection` is `null`. */
  strike(action: SocketAction, connection: number | null): void
  /** Clears one fault, or all when `id` is `null`. */
  clearFault(id: string | null): void
  readonly live: Pick<Live, 'set' | 'all' | 'atStart' | 'reset'>
  readonly incidents: readonly PageIncident[]
  /** Plays an incident by its name, or a scenario. @throws OptionsError when it is malformed */
  play(scenario: unknown): void
  playing(): readonly PagePlayback[]
  /** `false` when it has ended. */
  control(id: number, to: 'pause' | 'resume' | 'stop'): boolean
  /** Moves the clock by ms; `null` when it is not manual. */
  readonly advance: ((ms: number) => void) | null
}
