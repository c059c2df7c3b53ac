import type { FaultSpec, SocketAction } from '../../core/kernel/faults.js'
import type { LogEntry } from '../../core/kernel/log-entry.js'
import type { Live } from '../../live/live.js'
import type { PageBot, PageScene } from './wire.js'

/** What the page asked for cannot be done; the message is for the person at the page. */
export class InputError extends Error {}

/** A fault that is armed, as the simulator tells it. */
export interface HostFault {
  readonly id: string
  readonly spec: FaultSpec
  /** How often it will still strike; `Infinity` until cleared. */
  readonly left: number
}

/** All that the page needs of a simulator. */
export interface PageHost {
  readonly bot: PageBot
  /** The simulator's wall time in ms. */
  now(): number
  /** What the log still holds, oldest first. */
  log(): readonly LogEntry[]
  /** Tells of every entry from now on, until the returned function is called. */
  subscribe(listener: (entry: LogEntry) => void): () => void
  say(scene: PageScene, room: string, person: string, text: string): void
  /** Names of the routes that a fault can be aimed at. */
  readonly routes: readonly string[]
  /**
   * A person presses a callback button of a message. Returns the id of the interaction.
   *
   * @throws RangeError when there is no such button
   */
  press(scene: PageScene, room: string, person: string, message: string, button: string): string
  faults(): readonly HostFault[]
  /** Arms a fault. @throws when it is not one */
  addFault(spec: FaultSpec): void
  /** Does something to connections at once: to one, or to all when `connection` is `null`. */
  strike(action: SocketAction, connection: number | null): void
  /** Clears one fault, or all when `id` is `null`. */
  clearFault(id: string | null): void
  /** The live switches. */
  readonly live: Pick<Live, 'set' | 'all' | 'reset' | 'atStart'>
}
