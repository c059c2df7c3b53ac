import type { Loss } from '@qqkit/reconnect-policy'

import type { Closing, Connected, Opening, Preparing, Waiting } from '../state.js'
import { ruleKey } from './cause-rules.js'
import type { LossCause } from './loss-cause.js'

/** States that can be lost. */
export type Losable = Preparing | Opening | Connected | Closing | Waiting

/** How far a connection had come. */
export const reachedBy = (state: Losable): Exclude<Losable, Closing> =>
  state.name === 'closing' ? state.was : state

/** A loss as the policy wants to know it: how far the connection got, and how long it lived. */
export const lossFacts = (state: Losable, cause: LossCause, now: number): Loss => {
  const base = {
    cause: ruleKey(cause),
    session: state.session !== null,
    ...(cause.kind === 'budget' && { delay: cause.delay }),
  }
  const reached = reachedBy(state)
  if (!('link' in reached)) return { ...base, stage: reached.name === 'opening' ? 'connecting' : 'access' }
  const openFor = now - reached.link.openedAt
  if (reached.name === 'ready') return { ...base, stage: 'ready', openFor, readyFor: now - reached.readyAt }
  if (reached.name === 'resuming') return { ...base, stage: 'resuming', openFor, replayed: reached.replayed }
  return { ...base, stage: reached.name === 'identifying' ? 'identifying' : 'greeting', openFor }
}
