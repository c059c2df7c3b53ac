import type { LiveSettings } from '../rules/live-settings.js'
import type { Effect } from './effect.js'
import type { ArmedFault } from './faults.js'
import type { LogEntryBody } from './log-entry.js'
import { sizeOf } from './log-size.js'
import type { RandomState } from './random.js'
import type { Settings } from './settings.js'
import type { Task } from './task.js'
import { type Due, plan, type TimerHeap } from './timer-heap.js'

/** A task that was planned and may still be dropped. */
export type Planned = Due<Task>

/** The world as every function of the core sees it: time, chance, timers, faults and the log. */
export interface KernelWorld {
  readonly settings: Settings
  /** Where the live switches stand. */
  readonly live: { -readonly [Name in keyof LiveSettings]: LiveSettings[Name] }
  /** ms since the Unix epoch; set by every step. */
  now: number
  readonly random: RandomState
  readonly effects: Effect[]
  readonly timers: TimerHeap<Task>
  /** How many entries the log has had. */
  logged: number
  /** Moments of counted things, by limit and subject. */
  readonly meters: Map<string, number[]>
  readonly faults: Map<string, ArmedFault>
  /** How many faults were armed. */
  faultsAdded: number
  /** Where clients reach the platform: bases without a trailing slash. `everywhere`: on every address. */
  base: { http: string; ws: string; everywhere: boolean }
}

/** Asks the adapter to do something. */
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
