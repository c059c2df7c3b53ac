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

/** A state as a sentence. */
export const describeState = (state: State): string => {
  if (state.name === 'waiting') return `${state.reason}; the next attempt is scheduled`
  if (state.name === 'closing') {
    return state.afterwards.kind === 'stop' ? 'closing on request' : 'closing in order to reconnect'
  }
  if (state.name === 'stopped') {
    return state.fault ? `${state.fault.message}; ${state.fault.advice.en}` : 'stopped on request'
  }
  return STATIC[state.name]
}
