// Talking first: messages that are no replies. What you do not import is not in your bundle.

// The places that a bot knows, and where they are kept.
export { rememberPlaces, type Place, type PlaceList, type Places, type PlacesOptions } from './places.js'
export { memoryRecordStore, type RecordStore } from './record-store.js'
export { fileRecordStore, type FileRecordStoreOptions } from './file-record-store.js'

// Errors.
export { ProactiveError, type ProactiveErrorCode } from './errors.js'
