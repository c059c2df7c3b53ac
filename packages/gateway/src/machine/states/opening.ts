import { finish } from '../finish.js'
import type { Handlers } from '../handlers.js'
import { freshLink } from '../link.js'
import { lose } from '../loss/lose.js'
import { onFault } from '../loss/on-fault.js'
import type { Opening } from '../state.js'

/** Waits for the socket to open. */
export const opening: Handlers<Opening> = {
  opened: (state, _input, { now, config }) => ({
    state: { ...state, name: 'greeting', link: freshLink(now) },
    effects: [{ type: 'set_timer', name: 'deadline', ms: config.deadlines.hello }],
  }),
  closed: (state, { code, reason, error, refused }, context) =>
    lose(
      state,
      refused ? { kind: 'upgrade', ...refused, error } : { kind: 'closed', code, reason, error },
      context,
    ),
  timer: (state, _input, context) => lose(state, { kind: 'timeout', awaited: 'socket' }, context),
  fault: onFault,
  stop: (state, { resumable }) => finish(state, null, resumable),
}
