// How the packages meet, in the order of an event and its answer:
//
// 1. A `Source` (a gateway, a webhook, one of your own) runs and gives each event to its consumer as a `Delivery`.
// 2. A gateway connects with what it is given: `Access` for token and address, `IdentifyPermits` for the pace of new
//    sessions, a `SessionStore` for restarts, a `Transport` for the socket.
// 3. The consumer, a bot, handles the delivery and settles it once.
// 4. Its answers pass a `Limiter`; daily counts and uploaded files are kept in a `QuotaStore` and a `MediaCache`, and what it
//    remembers of people in a `StateStore`. A `SendLedger` tells which of them earlier runs of an event have sent.
// 5. All of them take a `Clock`, write `LogRecord`s to a `LogSink`, and throw `QqkitError`s with advice.

// For everybody who uses or tests a bot: the clock and the log that every constructor takes as options.
export { systemClock, type CancelTimer, type Clock } from './clock.js'
export type { LogLevel, LogRecord, LogSink } from './log.js'

// For error handling: the base class of every error, with advice in two languages.
export {
  OptionsError,
  QqkitError,
  type Advice,
  type OptionsErrorInit,
  type QqkitErrorInit,
} from './errors.js'

// For your own implementations: the contracts between the packages. `@qqkit/core/testing` has a test suite for each.
export type { Access, AccessFault } from './contracts/access.js'
export type {
  WireFrame,
  CloseOptions,
  SourceRunOptions,
  Delivery,
  DeliveryLease,
  DeliveryOrder,
  SettleOutcome,
  ShardId,
  Source,
  SourceStatus,
} from './contracts/source.js'
export type { IdentifyPermit, IdentifyPermits, IdentifyBudget } from './contracts/identify-permits.js'
export type { LimitOutcome, LimitPermit, LimitRefusal, LimitScope, Limiter } from './contracts/limiter.js'
export type { LedgerAnswer, SendLedger } from './contracts/send-ledger.js'
export type { MediaCache } from './contracts/media-cache.js'
export type { SharedToken, SharedTokenRequest, SharedTokens } from './contracts/shared-tokens.js'
export type { QuotaRecord, QuotaStore } from './contracts/quota-store.js'
export {
  SessionBusyError,
  type SessionBusyErrorInit,
  type SessionKey,
  type SessionSlot,
  type SessionStore,
} from './contracts/session-store.js'
export type { StateStore } from './contracts/state-store.js'
export type { Socket, SocketClose, SocketEvents, SocketOptions, Transport } from './contracts/transport.js'
