import { decide } from './decide.js'
import type { Decision } from './decision.js'
import { explain } from './explain.js'
import { type History, initialHistory } from './history.js'
import type { Loss } from './loss.js'
import type { Policy } from './policy.js'

type Scripted<L> = L extends Loss ? Omit<L, 'session'> : never

/**
 * A loss to simulate. `session` follows from what came before unless given; `after` is the time in ms from the connect to
 * the loss, by default `openFor`, else 0.
 */
export type SimulatedLoss = Scripted<Loss> & { readonly session?: boolean; readonly after?: number }

/** One line of a simulated timeline; times in ms. */
export interface SimulatedStep {
  readonly connectAt: number
  readonly lostAt: number
  readonly loss: Loss
  readonly decision: Decision
  /** What the policy remembers afterwards. */
  readonly history: History
}

/** Where a simulation begins; by default at 0, with nothing remembered and no luck in the jitter. */
export interface SimulateOptions {
  readonly start?: number
  readonly history?: History
  readonly random?: () => number
}

/**
 * Plays losses through `decide`, each on the connection that the decision before it led to. Ends at a stop. Lets you
 * see what a policy does before anything is connected.
 */
export const simulate = (
  policy: Policy,
  losses: Iterable<SimulatedLoss>,
  { start = 0, history = initialHistory, random = () => 0 }: SimulateOptions = {},
): SimulatedStep[] => {
  const steps: SimulatedStep[] = []
  let connectAt = start
  let remembered = history
  let held = false
  for (const { after, ...scripted } of losses) {
    const loss: Loss = { session: held || scripted.stage === 'ready', ...scripted }
    const lostAt = connectAt + (after ?? ('openFor' in loss ? loss.openFor : 0))
    const step = decide(policy, remembered, loss, lostAt, random)
    steps.push({ connectAt, lostAt, loss, ...step })
    if (step.decision.action === 'stop') break
    remembered = step.history
    connectAt = step.decision.connectAt
    held = step.decision.action === 'resume'
  }
  return steps
}

const clock = (ms: number): string =>
  `${Math.floor(ms / 3_600_000)}${new Date(ms).toISOString().slice(13, 21)}`

/** A simulated timeline as text: one line per loss, `hours:minutes:seconds` and what was decided. */
export const printTimeline = (steps: readonly SimulatedStep[]): string =>
  steps.map(({ lostAt, decision }) => `${clock(lostAt)}  ${explain(decision)}`).join('\n')
