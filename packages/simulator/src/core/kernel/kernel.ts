import type { LiveSettings } from '../rules/live-settings.js'
import type { Effect } from './effect.js'
import type { ArmedFault } from './faults.js'
import type { LogEntryBody } from './log-entry.js'
import { sizeOf } from './log-size.js'
import type { RandomState } from './random.js'
import type { Settings } from './settings.js'
import type { Task } from './task.js'
import { type Due, plan, type TimerHeap } from './timer-heap.js'

/** A planned task, which can still be dropped. */
export type Planned = Due<Task>

/** The part of the world that every function of the core needs: time, chance, timers, faults and the log. */
export interface KernelWorld {
  readonly settings: Settings
  /** Positions of the live switches. */
  readonly live: { -readonly [Name in keyof LiveSettings]: LiveSettings[Name] }
  /** ms since the Unix epoch; set by every step. */
  now: number
  readonly random: RandomState
  readonly effects: Effect[]
  readonly timers: TimerHeap<Task>
  /** Number of log entries so far. */
  logged: number
  /** Moments of counted things, by limit and subject. */
  readonly meters: Map<string, number[]>
  readonly faults: Map<string, ArmedFault>
  /** Number of faults armed so far. */
  faultsAdded: number
  /** Base addresses of the platform, without a trailing slash. `everywhere`: it listens on every address. */
  base: { http: string; ws: string; everywhere: boolean }
}

/** Queues an effect for the adapter. */
export const emit = (world: KernelWorld, effect: Effect): void => {
  world.effects.push(effect)
}

/** Writes an entry into the log. */
export const record = (world: KernelWorld, entry: LogEntryBody): void => {
  world.logged += 1
  emit(world, { kind: 'log', entry: { n: world.logged, at: world.now, ...entry }, size: sizeOf(entry) })
}

/** Plans a task in `ms` milliseconds. */
export const later = (world: KernelWorld, ms: number, task: Task): Planned =>
  plan(world.timers, world.now + Math.max(0, ms), task)
