import { failureMeans, RestError } from '@qqkit/rest'

import { IncompleteError } from '../reply/sent.js'

/**
 * What a failed send means for a broadcast: how it ended for its target, `'wait'` for one that found no room in its quota, or
 * `'stop'` for a failure that the next target would have too.
 */
export type FailureMeaning = 'left' | 'refused' | 'unknown' | 'failed' | 'sent' | 'wait' | 'stop'

/** The bot is not there, or the place is gone (§2.8). */
const LEFT: ReadonlySet<number | null> = new Set([
  10_003, 10_004, 11_255, 304_032, 304_034, 40_034_101, 40_054_003, 40_054_004, 1_100_104,
])

/** The whole bot, not one target (§2.8). */
const OFFLINE = 40_054_016

const ofPlatform = (error: RestError): FailureMeaning => {
  const { situation, facts, errCode } = error
  if (situation === 'not_connected' || situation === 'no_token' || situation === 'unauthorized') return 'stop'
  if (situation === 'limited' || situation === 'quota') return 'wait'
  if (failureMeans(error, 'proactiveRefused')) return 'refused'
  if (facts?.class === 'auth' || errCode === OFFLINE) return 'stop'
  if (LEFT.has(errCode)) return 'left'
  return facts?.class === 'unreachable' ? 'refused' : 'failed'
}

/** Anything but an error of the platform, such as a message that the check refuses, is a mistake that every target shares. */
export const readFailure = (error: unknown): FailureMeaning => {
  // A part has arrived.
  if (IncompleteError.is(error)) return 'unknown'
  if (!RestError.is(error)) return 'stop'
  if (error.delivered === 'unknown') return 'unknown'
  return error.delivered === 'yes' ? 'sent' : ofPlatform(error)
}
