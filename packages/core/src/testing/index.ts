export { ManualClock, seededRandom } from './reproducible.js'
export type { ContractCase } from './contracts/contract.js'
export { clockContract, type ClockSubject } from './contracts/clock-contract.js'
export { limiterContract, type LimiterSubject } from './contracts/limiter-contract.js'
export { transportContract, type TransportSubject } from './contracts/transport-contract.js'
export {
  identifyPermitsContract,
  type IdentifyPermitsSubject,
} from './contracts/identify-permits-contract.js'
export { sessionStoreContract, type SessionStoreSubject } from './contracts/session-store-contract.js'
export { sourceContract, type SourceSubject } from './contracts/source-contract.js'
export { mediaCacheContract, type MediaCacheSubject } from './contracts/media-cache-contract.js'
export {
  parkStoreContract,
  type ParkedWithId,
  type ParkStoreSubject,
  type ParkStoreUnderTest,
} from './contracts/park-store-contract.js'
export {
  publisherContract,
  type PublisherSubject,
  type PublisherUnderTest,
} from './contracts/publisher-contract.js'
export { quotaStoreContract, type QuotaStoreSubject } from './contracts/quota-store-contract.js'
export { sendLedgerContract, type SendLedgerSubject } from './contracts/send-ledger-contract.js'
export { sharedTokensContract, type SharedTokensSubject } from './contracts/shared-tokens-contract.js'
export {
  leasedStateStoreContract,
  type LeasedStateStoreSubject,
  stateStoreContract,
} from './contracts/state-store-contract.js'
export { growthOf, hostileUnits, type Growth } from './growth.js'
