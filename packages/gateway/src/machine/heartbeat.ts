import { disconnect } from './disconnect.js'
import type { Context, HeartbeatLimits } from './input.js'
import { reached } from './session.js'
import type { Connected } from './state.js'
import { stay, type Step } from './step.js'

/** Beats without an ACK after which a connection on which frames still come counts as deaf (GW-05). */
const UNACKED_LIMIT = 3

/** So many heartbeats of the server in a row are answered at once, … */
const ANSWERS = 5
/** … and after that one in so many ms: who floods us must not make us send too fast (4008, §3.7). */
const ANSWER_EVERY = 2000

/** The interval to beat at: the server's if it can be believed (§3.3), else the fallback. */
export const believedInterval = (value: unknown, limits: HeartbeatLimits): number =>
  typeof value === 'number' && value >= limits.min && value <= limits.max ? value : limits.fallback

/** One tick: is the other side still there? Then the next beat. */
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
      { type: 'send_heartbeat', seq: state.session && reached(state.session) },
      { type: 'set_timer', name: 'heartbeat', ms: link.interval },
    ],
  }
}

/**
 * A heartbeat of the server is answered by our own at once (§3.4). It comes besides the regular ones, so it moves none of
 * them, and is not among those whose ACK is awaited; its ACK counts like any other.
 */
export const answerBeat = (state: Connected, { now }: Context): Step => {
  const { link, session } = state
  const since = Math.max(link.answeredUntil, now)
  if (since - now >= ANSWERS * ANSWER_EVERY) return stay(state)
  return {
    state: { ...state, link: { ...link, answeredUntil: since + ANSWER_EVERY } },
    effects: [{ type: 'answer_heartbeat', seq: session && reached(session) }],
  }
}
