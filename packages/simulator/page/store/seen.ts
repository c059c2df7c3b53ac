import type { State } from './state.js'

const KEY = 'qqkit.seen'

/** The newest seen message by room, from before a reload. */
export const recallSeen = (): State['seen'] => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as State['seen']
  } catch {
    // Storage can be forbidden or damaged; then everything is unread.
    return {}
  }
}

export const rememberSeen = (seen: State['seen']): void => {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(seen))
  } catch {
    // As above.
  }
}
