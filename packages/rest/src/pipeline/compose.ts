import type { Middleware, Next } from './call.js'

/** Puts stages around `last`, the first one outermost. */
export const compose = (stages: readonly Middleware[], last: Next): Next =>
  stages.reduceRight<Next>((next, stage) => (call) => stage(call, next), last)

/** A stage of someone else's: what it throws before it returns a promise becomes a rejection. */
export const guarded =
  (stage: Middleware): Middleware =>
  async (call, next) =>
    stage(call, next)
