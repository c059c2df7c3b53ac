import { initialHistory } from '@qqkit/reconnect-policy'

import type { Idle } from './state.js'

/** Before the start. */
export const initialState: Idle = {
  name: 'idle',
  epoch: 0,
  session: null,
  memory: {
    history: initialHistory,
    refreshToken: false,
    garbled: false,
    refusals: null,
  },
}
