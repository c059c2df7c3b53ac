import { disconnect, onFault } from '../disconnect.js'
import { freshLink, type Opening } from '../state.js'
import { finish, type Handlers } from '../step.js'

/** Waits for the socket to open. */
export const opening: Handlers<Opening> = {
  opened: (state, _input, { now, config }) => ({
    state: { ...state, name: 'greeting', link: freshLink(now) },
    effects: [{ type: 'set_timer', name: 'deadline', ms: config.deadlines.hello }],
  }),
  closed: (state, { code, reason, error, refused }, context) =>
    disconnect(
      state,
      refused ? { kind: 'upgrade', ...refused, error } : { kind: 'closed', code, reason, error },
      context,
    ),
  timer: (state, _input, context) => disconnect(state, { kind: 'timeout', awaited: 'socket' }, context),
  fault: onFault,
  stop: (state, { resumable }) => finish(state, null, resumable),
}
