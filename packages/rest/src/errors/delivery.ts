import type { RestStep } from '../types/call.js'
import { type Delivered, situations } from '../types/situation.js'
import type { RestError } from './rest-error.js'

/** Whether the failed attempt behind this step may have been executed. */
export const mayHaveDelivered = (step: RestStep): boolean =>
  step.kind === 'retry' && (step.delivered !== 'no' || situations[step.situation].mayCollide)

/**
 * `delivered` of a failure together with all attempts before it. Repeated refusals are believed; a failure of another
 * kind says nothing about earlier attempts.
 */
export const combinedDelivery = (error: RestError, before: readonly RestStep[]): Delivered => {
  if (error.delivered !== 'no') return error.delivered
  const persists = situations[error.situation].mayCollide
  const doubtful = persists
    ? before.some((step) => step.kind === 'retry' && step.delivered !== 'no')
    : before.some(mayHaveDelivered)
  return doubtful ? 'unknown' : 'no'
}
