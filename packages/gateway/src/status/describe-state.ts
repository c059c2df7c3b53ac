import type { Advice } from '@qqkit/core'

import { refusedAdvice } from '../errors/identify-refused-error.js'
import { suspected } from '../machine/loss/refusal.js'
import type { State } from '../machine/state.js'

const STATIC = {
  idle: 'not started',
  preparing: 'getting a token and the address of the gateway',
  opening: 'opening the socket',
  greeting: 'the socket is open; HELLO is due',
  queued: 'waiting for a turn to identify',
  identifying: 'identify is sent; READY is due',
  resuming: 'resume is sent; missed events and RESUMED are due',
  ready: 'receiving events',
} as const

/** A state as a sentence; `leftOut`: intents that were left out since the bot may not have them. */
export const describeState = (state: State, leftOut: readonly string[]): string => {
  if (state.name === 'ready' && leftOut.length > 0)
    return `${STATIC.ready}, without those of ${leftOut.join(', ')}`
  if (state.name === 'waiting') return `${state.reason}; the next attempt is scheduled`
  if (state.name === 'closing') {
    return state.afterwards.kind === 'stop' ? 'closing on request' : 'closing in order to reconnect'
  }
  if (state.name === 'stopped') {
    return state.fault ? `${state.fault.message}; ${state.fault.advice.en}` : 'stopped on request'
  }
  return STATIC[state.name]
}

/** What a person can do about a state; `null` where there is nothing to do. */
export const adviceOn = (state: State, intents: number): Advice | null => {
  if (state.name === 'stopped') return state.fault?.advice ?? null
  const { refusals } = state.memory
  return suspected(refusals) && refusals.intents === intents ? refusedAdvice(intents) : null
}
