export { closeCodeTables, type CloseCodePreset, type CloseCodeTable } from './close-codes.js'
export {
  GatewayUnavailableError,
  IdentifyRefusedError,
  GatewayError,
  type GatewayErrorCode,
  type GatewayFault,
} from './machine/errors.js'
export type { AbandonReason, OpenDelivery, OverflowChoice } from './delivery/tracked-event.js'
export type { Counters, GatewayStatus, ShardStatus, StateName } from './shard/status.js'
export type {
  GatewayDelivery,
  AnyGatewayEvent,
  UnlistedEvent,
  UnlistedEventName,
} from './events/event-delivery.js'
export type { ShardEvent } from './events/event-stream.js'
export type { Deliver } from './events/event-fanout.js'
export type { Abandoned, EventListener, Gap, GatewayListeners, Quarantined } from './gateway-events.js'
export { Gateway } from './gateway.js'
export type { Deadlines, HeartbeatLimits, OnRefusedIntents } from './machine/input.js'
export { gatewayDefaults, type GatewayOptions, type ShardsOption } from './options.js'
export { localIdentifyPermits, type LocalIdentifyPermitsOptions } from './shard/identify-permits.js'
export { fileSessionStore, type FileSessionStoreOptions } from './session/file-store.js'
export { memorySessionStore } from './session/memory-store.js'
export { Intent, type IntentName } from '@qqkit/protocol'
export { wsTransport, type WsTransportOptions } from './shard/ws-transport.js'
