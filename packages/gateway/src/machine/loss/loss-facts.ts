import type { Loss } from '@qqkit/reconnect-policy'

import type { Closing, Connected, Opening, Preparing, Waiting } from '../state.js'
import { ruleKey } from './cause-rules.js'
import type { LossCause } from './loss-cause.js'

/** States that can be lost. */
export type Losable = Preparing | Opening | Connected | Closing | Waiting

/** How far a connection had come. */
export const reachedBy = (state: Losable): Exclude<Losable, Closing> =>
  state.name === 'closing' ? state.was : state

/** When the other side wants us back, where it says so. */
const toldDelay = (cause: LossCause): { readonly delay?: number } => {
  if (cause.kind === 'budget') return { delay: cause.delay }
  const told =
    cause.kind === 'upgrade' ? cause.retryAfter : cause.kind === 'access' ? retryAfterOf(cause.error) : null
  return told === null ? {} : { delay: told }
}

/** Of an error of an access, in ms: `RestError` has it, and so may others. */
const retryAfterOf = (error: unknown): number | null => {
  const told: unknown =
    typeof error === 'object' && error !== null && 'retryAfter' in error ? error.retryAfter : null
  return typeof told === 'number' && told > 0 && Number.isFinite(told) ? told : null
}

/** A loss as the policy wants to know it: how far the connection got, and how long it lived. */
export const lossFacts = (state: Losable, cause: LossCause, now: number): Loss => {
  const base = {
    cause: ruleKey(cause),
    session: state.session !== null,
    ...toldDelay(cause),
  }
  const reached = reachedBy(state)
  if (!('link' in reached)) return { ...base, stage: reached.name === 'opening' ? 'connecting' : 'access' }
  const openFor = now - reached.link.openedAt
  if (reached.name === 'ready') return { ...base, stage: 'ready', openFor, readyFor: now - reached.readyAt }
  if (reached.name === 'resuming') return { ...base, stage: 'resuming', openFor, replayed: reached.replayed }
  return { ...base, stage: reached.name === 'identifying' ? 'identifying' : 'greeting', openFor }
}
