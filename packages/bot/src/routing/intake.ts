import type { Clock, LogSink } from '@qqkit/core'

import type { Context } from '../context/context.js'
import type { Command } from '../events/command.js'

/** The handler run of an event. */
export interface Turn {
  readonly ctx: Context
  /** The conversation in which it takes its turn. */
  readonly key: string
}

/** What features that take events work with. */
export interface TakersDeps {
  readonly clock: Clock
  readonly log: LogSink
  /** Whether no handler gets an event: it is of a bot. */
  readonly isIgnored: (ctx: Context) => boolean
  /** The conversation of an event. */
  readonly keyOf: (ctx: Context) => string
  /** Whether an event of a conversation is handled or waits. */
  readonly isBusy: (key: string) => boolean
}

/** What the features are given in each run of the bot: the same object for all of them. */
export interface IntakeHost extends TakersDeps {
  /** The registered command that a message calls; `null`: none. */
  readonly commandOf: (ctx: Context) => Command | null
  /** Whether an event can reach a feature: it was not removed, and its composer lets the event through. */
  readonly isReached: (taker: object, ctx: Context) => boolean
  /**
   * Ends what waits for the person of an event, in its place, without a handler that runs: a dialogue. Returns whether there was
   * something, also for an event that has ended it in an earlier run.
   */
  readonly endWaits: (ctx: Context) => Promise<boolean>
}

/** An event that a feature takes before all handlers. */
export interface Claim {
  /** The conversation in which it takes its turn; `null`: its own. */
  readonly key: string | null
}

/**
 * Takes events before they are queued, and before all handlers. What it takes passes the middleware before its feature and the
 * watching handlers, then reaches the feature itself, and no other handler. One object for each run of the bot.
 */
export interface Intake {
  /** Called with each event that comes. Never throws. */
  claim(ctx: Context): Claim | null
  /** Called with each event whose turn has come; returns whether the feature takes it. */
  begin(ctx: Context, turn: Turn): boolean
  /** Called when an event was dropped or lost, and at the end of its run, however it ends and whether the feature got it or not. */
  release(ctx: Context): void
  /** The bot stops: its handlers may still end. */
  stop(): void
  /** As {@link IntakeHost.endWaits}, for this feature. */
  endWaits?(ctx: Context): Promise<boolean>
}

/** All features that take events, in one run of a bot. */
export interface EventTakers {
  claim(ctx: Context): Claim | null
  /** Begins with an event whose turn has come. Returns what to run instead of the handlers; `null`: the handlers. */
  begin(ctx: Context, turn: Turn): ((ctx: Context) => unknown) | null
  release(ctx: Context): void
  stop(): void
}
