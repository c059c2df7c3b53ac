import type { Context } from '../context/context.js'
import type { Command } from '../events/command.js'
import type { Claim, EventTakers, Intake, TakersDeps, Turn } from './intake.js'
import { compose } from './layers.js'
import { isWatcher, type MadeHandlers, type MadeLayer, type Registration } from './registration.js'

/** One feature that takes events before all handlers. */
interface Taker {
  readonly intake: Intake
  readonly run: (ctx: Context) => unknown
}

/**
 * The middleware before a registration, the watching handlers, and the registration itself, as one function of an event. Where it does not
 * take the event, since it was removed or its composer refuses it, the handlers after it do.
 */
const runTo = (handlers: MadeHandlers, registration: Registration): ((ctx: Context) => unknown) => {
  let known: readonly MadeLayer[] | null = null
  let run: (ctx: Context) => unknown
  return (ctx) => {
    const { made } = handlers
    if (made !== known) {
      known = made
      const at = made.findIndex((one) => one.registration === registration)
      const isPassed = (one: MadeLayer, index: number): boolean =>
        isWatcher(one) || (index < at && one.registration.interest === null)
      const after = made.slice(at + 1).filter((one) => !isWatcher(one))
      run = compose(
        [...made.filter(isPassed), ...(at < 0 ? [] : made.slice(at, at + 1)), ...after].map(
          ({ layer }) => layer,
        ),
      )
    }
    return run(ctx)
  }
}

/** A filter that throws does so again where the handlers run, and is reported there: no event gets lost here. */
const accepts = ({ layer }: MadeLayer, ctx: Context): boolean => {
  try {
    return layer.accepts(ctx)
  } catch {
    return false
  }
}

/** The features that take events before all handlers, in one run of a bot. */
class Takers implements EventTakers {
  readonly #takers: readonly Taker[]
  readonly #isIgnored: TakersDeps['isIgnored']

  constructor(handlers: MadeHandlers, deps: TakersDeps) {
    const commandOf = (ctx: Context): Command | null =>
      handlers.made.find((one) => one.registration.command !== null && accepts(one, ctx))?.registration
        .command ?? null
    const isReached = (taker: object, ctx: Context): boolean =>
      handlers.made.some((one) => one.registration.taker === taker && accepts(one, ctx))
    const endWaits = async (ctx: Context): Promise<boolean> => {
      const ended = await Promise.all(this.#takers.map(async ({ intake }) => intake.endWaits?.(ctx) ?? false))
      return ended.includes(true)
    }
    const host = { ...deps, commandOf, isReached, endWaits }
    this.#isIgnored = deps.isIgnored
    this.#takers = handlers.made.flatMap(({ registration }) =>
      registration.taker
        ? { intake: registration.taker.attach(host), run: runTo(handlers, registration) }
        : [],
    )
  }

  /** Takes an event before it is queued. */
  claim(ctx: Context): Claim | null {
    if (this.#isIgnored(ctx)) return null
    for (const { intake } of this.#takers) {
      const claim = intake.claim(ctx)
      if (claim) return claim
    }
    return null
  }

  begin(ctx: Context, turn: Turn): ((ctx: Context) => unknown) | null {
    let found: Taker | null = null
    // Each of them knows the runs of all events.
    for (const taker of this.#takers) if (taker.intake.begin(ctx, turn)) found ??= taker
    return found && found.run
  }

  release(ctx: Context): void {
    for (const { intake } of this.#takers) intake.release(ctx)
  }

  stop(): void {
    for (const { intake } of this.#takers) intake.stop()
  }
}

/** Joins the features of a bot that take events, for one run of it. */
export const joinTakers = (handlers: MadeHandlers, deps: TakersDeps): EventTakers =>
  new Takers(handlers, deps)
