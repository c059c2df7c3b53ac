export { backoff } from './backoff.js'
export { connectBudget } from './connect-budget.js'
export { decide } from './decide.js'
export type { Decision, Retry, Stop } from './decision.js'
export { explain } from './explain.js'
export { accessSucceeded, type History, initialHistory, ready, stable } from './history.js'
export type { Loss } from './loss.js'
export { defaultPolicy } from './default-policy.js'
export { definePolicy, PolicyError } from './define-policy.js'
export type { Policy, PolicyOptions, Rule } from './policy.js'
export {
  printTimeline,
  simulate,
  type SimulatedLoss,
  type SimulatedStep,
  type SimulateOptions,
} from './simulate.js'
