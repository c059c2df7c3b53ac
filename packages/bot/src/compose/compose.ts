import { BotError } from '../errors/bot-error.js'
import type { Layer } from './middleware.js'

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
    let passed = false
    return layer.run(ctx, async () => {
      if (passed) throw new BotError('next_called_twice')
      passed = true
      await enter(ctx, index + 1)
    })
  }
  return async (ctx) => {
    await enter(ctx, 0)
  }
}
