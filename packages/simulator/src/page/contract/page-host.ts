import type { FaultSpec, SocketAction } from '../../core/kernel/faults.js'
import type { LogEntry } from '../../core/kernel/log-entry.js'
import type { Live } from '../../live/live.js'
import type { PageBot, PageScene } from './wire.js'

/** A request of the page that cannot be fulfilled; the message is for the person at the page. */
export class InputError extends Error {}

/** An armed fault of the simulator. */
export interface HostFault {
  readonly id: string
  readonly spec: FaultSpec
  /** Remaining strikes; `Infinity` until cleared. */
  readonly left: number
}

/** The part of a simulator that the page needs. */
export interface PageHost {
  readonly bot: PageBot
  /** The simulator's wall time in ms. */
  now(): number
  /** The kept log entries, oldest first. */
  log(): readonly LogEntry[]
  /** Calls `listener` with each new entry, until the returned function is called. */
  subscribe(listener: (entry: LogEntry) => void): () => void
  say(scene: PageScene, room: string, person: string, text: string): void
  /** Names of the routes that a fault can aim at. */
  readonly routes: readonly string[]
  /**
   * A person presses a callback button of a message. Returns the id of the interaction.
   *
   * @throws RangeError when the button does not exist
   */
  press(scene: PageScene, room: string, person: string, message: string, button: string): string
  faults(): readonly HostFault[]
  /** Arms a fault. @throws OptionsError when it is malformed */
  addFault(spec: FaultSpec): void
  /** Applies an action at once to one connection, or to all when `connection` is `null`. */
  strike(action: SocketAction, connection: number | null): void
  /** Clears one fault, or all when `id` is `null`. */
  clearFault(id: string | null): void
  /** The live switches. */
  readonly live: Pick<Live, 'set' | 'all' | 'reset' | 'atStart'>
}
