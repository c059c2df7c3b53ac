export { nodeHandler } from './node-handler.js'
export { type AckMode, webhookDefaults, type WebhookOptions } from './options.js'
export type { WebhookCounters, WebhookStatus } from './status.js'
export { type HandlerContext, Webhook } from './webhook.js'
