export { backoff } from './backoff.js'
export { connectBudget } from './connect-budget.js'
export { decide } from './decide.js'
export type { Decision, Retry, Stop } from './decision.js'
export { explain } from './explain.js'
export { accessSucceeded, type History, initialHistory, ready, stable } from './history.js'
export type { Loss } from './loss.js'
export { defaultPolicy } from './policy/default-policy.js'
export { definePolicy } from './policy/define-policy.js'
export { PolicyError } from './policy/policy-error.js'
export type { Policy, PolicyOptions } from './policy/policy.js'
export type { Rule } from './policy/rule.js'
export {
  printTimeline,
  simulate,
  type SimulatedLoss,
  type SimulatedStep,
  type SimulateOptions,
} from './simulate.js'
