import { BotError } from '../common/errors.js'
import { type Failure, WatchedPromise } from '../common/watched-promise.js'

/** Passes the event on to the handlers registered later; resolves when they are done. */
export type Next = () => Promise<void>

/** Handles an event, or passes it on with `next`. An event that a handler does not pass on goes no further. */
export type Middleware<C> = (ctx: C, next: Next) => unknown

/** A middleware with the events it is for. */
export interface Layer<C> {
  /** Sync and cheap: it is asked for every event. */
  readonly accepts: (ctx: C) => boolean
  readonly run: Middleware<C>
}

/** A layer is over when what it passed on is, too; what failed there with nobody waiting for it fails here. */
const whole = async (result: unknown, passed: WatchedPromise<void>): Promise<void> => {
  let failure: Failure | null = null
  try {
    await result
  } catch (error) {
    failure = { error }
  }
  const forgotten = passed.isHeard ? null : await passed.forgotten()
  failure ??= forgotten
  if (failure) throw failure.error
}

/**
 * Runs an event through the layers that accept it, in order, each one deciding by `next` whether the following see it.
 * Layers that do not accept it cost one call and no promise.
 *
 * @throws BotError `next_called_twice`, or what a layer throws
 */
export const compose = <C>(layers: readonly Layer<C>[]): ((ctx: C) => Promise<void>) => {
  const enter = (ctx: C, from: number): unknown => {
    let index = from
    while (index < layers.length && !layers[index]!.accepts(ctx)) index += 1
    const layer = layers[index]
    if (!layer) return undefined
    let passed: WatchedPromise<void> | null = null
    const next = (): Promise<void> => {
      // At once, so that it is heard where nobody waits for `next()`.
      if (passed) throw new BotError('next_called_twice')
      passed = WatchedPromise.of(enterWhole(ctx, index + 1))
      return passed
    }
    let result: unknown
    try {
      result = layer.run(ctx, next)
    } catch (error) {
      if (!passed) throw error
      result = Promise.reject(error)
    }
    return passed === null || passed === result ? result : whole(result, passed)
  }
  const enterWhole = async (ctx: C, from: number): Promise<void> => {
    await enter(ctx, from)
  }
  return async (ctx) => enterWhole(ctx, 0)
}
