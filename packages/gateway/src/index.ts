// The gateway
export { Gateway } from './gateway.js'
export { gatewayDefaults, type GatewayOptions, type ShardsOption } from './options.js'
export { Intent, type IntentName } from '@qqkit/protocol'

// Events: on(), events(), run()
export type { EventListener, GatewayListeners } from './gateway-events.js'
export type { ShardEvent } from './events/event-stream.js'
export type { Deliver } from './events/event-fanout.js'
export type {
  AnyGatewayEvent,
  GatewayDelivery,
  UnlistedEvent,
  UnlistedEventName,
} from './events/event-delivery.js'

// Losses: gap, abandoned, quarantined, whenFull
export type { Abandoned, Gap, Quarantined } from './gateway-events.js'
export type { AbandonReason, OpenDelivery, OverflowChoice } from './delivery/tracked-event.js'

// Status and errors
export type { Counters, GatewayStatus, ShardStatus, StateName } from './shard/status.js'
export {
  GatewayError,
  type GatewayErrorCode,
  type GatewayFault,
  GatewayUnavailableError,
  IdentifyRefusedError,
} from './machine/errors.js'

// Sessions across restarts
export { fileSessionStore, type FileSessionStoreOptions } from './session/file-store.js'
export { memorySessionStore } from './session/memory-store.js'

// Reconnecting: close codes, time limits, identify permits, sockets
export { closeCodeTables, type CloseCodePreset, type CloseCodeTable } from './close-codes.js'
export type { Deadlines, HeartbeatLimits, OnRefusedIntents } from './machine/input.js'
export { localIdentifyPermits, type LocalIdentifyPermitsOptions } from './shard/identify-permits.js'
export { wsTransport, type WsTransportOptions } from './shard/ws-transport.js'
