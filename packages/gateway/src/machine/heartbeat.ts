import { disconnect } from './disconnect.js'
import type { Context, HeartbeatLimits } from './input.js'
import type { Connected } from './state.js'
import { stay, type Step } from './step.js'

/** After this many heartbeats without an ACK a connection is a zombie, even if frames still arrive (GW-05). */
const UNACKED_LIMIT = 3

/** This many heartbeats of the server in a row are answered at once, … */
const ANSWERS = 5
/** … and after that one per this many ms: a flood must not make the client exceed the rate limit (4008, §3.7). */
const ANSWER_EVERY = 2000

/** The heartbeat interval: the server's if it is plausible (§3.3), else the fallback. */
export const plausibleInterval = (value: unknown, limits: HeartbeatLimits): number =>
  typeof value === 'number' && value >= limits.min && value <= limits.max ? value : limits.fallback

/** Checks for signs of life since the last heartbeat, then sends the next one. */
export const beat = (state: Connected, context: Context): Step => {
  const { link } = state
  if (link.heartbeatSent && !link.aliveSinceBeat)
    return disconnect(state, { kind: 'zombie', sign: 'silence' }, context)
  if (link.unacked >= UNACKED_LIMIT) return disconnect(state, { kind: 'zombie', sign: 'no_ack' }, context)
  return {
    state: {
      ...state,
      link: { ...link, heartbeatSent: true, aliveSinceBeat: false, unacked: link.unacked + 1 },
    },
    effects: [
      { type: 'send_heartbeat', seq: state.session?.seq ?? null },
      { type: 'set_timer', name: 'heartbeat', ms: link.interval },
    ],
  }
}

/**
 * Answers a heartbeat of the server with one of the client at once (§3.4). The regular heartbeats keep their times, and the
 * answer is not among those whose ACK is required.
 */
export const answerBeat = (state: Connected, { now }: Context): Step => {
  const { link, session } = state
  const since = Math.max(link.answeredUntil, now)
  if (since - now >= ANSWERS * ANSWER_EVERY) return stay(state)
  return {
    state: { ...state, link: { ...link, answeredUntil: since + ANSWER_EVERY } },
    effects: [{ type: 'answer_heartbeat', seq: session?.seq ?? null }],
  }
}
