import type { Middleware, Next } from './call.js'

/** Puts stages around `last`, the first one outermost. */
export const compose = (stages: readonly Middleware[], last: Next): Next =>
  stages.reduceRight<Next>((next, stage) => async (call) => stage(call, next), last)
