// Talking first: messages that are no replies. What you do not import is not in your bundle.

// The places that a bot knows, and where they are kept.
export { rememberPlaces, type Place, type PlaceList, type Places, type PlacesOptions } from './places.js'
export { memoryRecordStore, type RecordStore } from './record-store.js'
export { fileRecordStore, type FileRecordStoreOptions } from './file-record-store.js'

// Messages to many places, and to people who have been silent.
export {
  broadcast,
  forgetBroadcast,
  type BroadcastOptions,
  type BroadcastProgress,
  type BroadcastRecord,
  type BroadcastTargets,
  type ResumableBroadcast,
  type TargetRecord,
} from './broadcast.js'
export {
  BroadcastError,
  type BroadcastOutcome,
  type BroadcastReport,
  type TargetReport,
} from './broadcast-report.js'
export { wakeup, type WakeupOptions, type WakeupResult } from './wakeup.js'

// Errors.
export { ProactiveError, type ProactiveErrorCode } from './errors.js'
