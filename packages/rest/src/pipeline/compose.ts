import type { LiveNext, Stage } from './call.js'

/** Puts stages around `last`, the first one outermost. */
export const compose = (stages: readonly Stage[], last: LiveNext): LiveNext =>
  stages.reduceRight<LiveNext>((next, stage) => (call) => stage(call, next), last)
