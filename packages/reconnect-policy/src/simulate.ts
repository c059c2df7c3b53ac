import { decide } from './decide.js'
import type { Decision } from './decision.js'
import type { Disconnect } from './disconnect.js'
import { explain } from './explain.js'
import { type History, initialHistory } from './history.js'
import type { Policy } from './policy.js'

type WithoutSession<D> = D extends Disconnect ? Omit<D, 'session'> : never

/**
 * A disconnect to simulate. `session` is inferred from the earlier steps unless given. `after` is the time in ms from the
 * connect to the disconnect, by default `openFor`, else 0.
 */
export type SimulatedDisconnect = WithoutSession<Disconnect> & {
  readonly session?: boolean
  readonly after?: number
}

/** One line of a simulated timeline; times in ms. */
export interface SimulatedStep {
  readonly connectAt: number
  readonly endedAt: number
  readonly disconnect: Disconnect
  readonly decision: Decision
  /** The history after the decision. */
  readonly history: History
}

/** Options of {@link simulate}. By default it starts at 0, without history and without jitter. */
export interface SimulateOptions {
  readonly start?: number
  readonly history?: History
  readonly random?: () => number
}

/**
 * Simulates a sequence of disconnects, each on the connection that the decision before it led to, up to the first `stop`.
 * Shows what a policy does before anything is connected.
 *
 * @example
 *   const steps = simulate(policy, [
 *     { cause: 'network', stage: 'connecting' },
 *     { cause: 4009, stage: 'ready', openFor: 1_800_000, readyFor: 1_799_500 },
 *   ])
 *   console.log(printTimeline(steps))
 *   // 0:00:00.0  network (connecting): identify in 1 s (ladder, attempt 1)
 *   // 0:30:01.0  4009 (ready): resume in 1 s (ladder, attempt 1)
 */
export const simulate = (
  policy: Policy,
  disconnects: Iterable<SimulatedDisconnect>,
  { start = 0, history = initialHistory, random = () => 0 }: SimulateOptions = {},
): SimulatedStep[] => {
  const steps: SimulatedStep[] = []
  let connectAt = start
  let remembered = history
  let held = false
  for (const { after, ...scripted } of disconnects) {
    const disconnect: Disconnect = { session: held || scripted.stage === 'ready', ...scripted }
    const endedAt = connectAt + (after ?? ('openFor' in disconnect ? disconnect.openFor : 0))
    const step = decide(policy, remembered, disconnect, endedAt, random)
    steps.push({ connectAt, endedAt, disconnect, ...step })
    if (step.decision.action === 'stop') break
    remembered = step.history
    connectAt = step.decision.connectAt
    held = step.decision.action === 'resume'
  }
  return steps
}

const clock = (ms: number): string =>
  `${Math.floor(ms / 3_600_000)}${new Date(ms).toISOString().slice(13, 21)}`

/** Prints a simulation: one line per disconnect with its time and the decision. */
export const printTimeline = (steps: readonly SimulatedStep[]): string =>
  steps.map(({ endedAt, decision }) => `${clock(endedAt)}  ${explain(decision)}`).join('\n')
