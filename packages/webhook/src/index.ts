// Receive: the source of events, and its adapter for `node:http` and the frameworks built on it.
export { type HandlerContext, Webhook } from './webhook.js'
export { nodeHandler } from './node-handler.js'

// Configure.
export { type AckMode, webhookDefaults, type WebhookOptions } from './options.js'

// Observe.
export type { WebhookCounters, WebhookStatus } from './status.js'
