// Decide: what to do about each disconnect.
export { decide } from './decide.js'
export type { Decision, Retry, Stop } from './decision.js'
export type { Disconnect } from './disconnect.js'
export { explain } from './explain.js'
export { backoff } from './backoff.js'

// Configure: the policy as data.
export { defaultPolicy } from './default-policy.js'
export { definePolicy, PolicyError } from './define-policy.js'
export type { Policy, PolicyOptions, Rule } from './policy.js'

// Remember: what a connection carries from one disconnect to the next.
export { httpSucceeded, type History, initialHistory, ready, stable } from './history.js'

// Examine a policy before anything is connected.
export { connectBudget } from './connect-budget.js'
export {
  printTimeline,
  simulate,
  type SimulatedDisconnect,
  type SimulatedStep,
  type SimulateOptions,
} from './simulate.js'
