import type { RestStep } from '../types/call.js'
import { type Delivered, situations } from '../types/situation.js'
import type { RestError } from './rest-error.js'

/** Whether the attempt that this step made good may have been executed, whatever its answer said. */
export const mayHaveDelivered = (step: RestStep): boolean =>
  step.kind === 'retry' && (step.delivered !== 'no' || situations[step.situation].mayCollide)

/**
 * What a failure tells about delivery together with what was tried before. As long as the platform repeats that it did not
 * take the request, it is believed; a failure of another kind says nothing about the attempts before.
 */
export const combinedDelivery = (error: RestError, before: readonly RestStep[]): Delivered => {
  if (error.delivered !== 'no') return error.delivered
  const persists = situations[error.situation].mayCollide
  const doubtful = persists
    ? before.some((step) => step.kind === 'retry' && step.delivered !== 'no')
    : before.some(mayHaveDelivered)
  return doubtful ? 'unknown' : 'no'
}
