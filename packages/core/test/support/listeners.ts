import { getEventListeners } from 'node:events'

/** How many abort listeners a signal has: 0 proves that a wait cleaned up. */
export const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length
