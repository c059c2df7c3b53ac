import { computed, signal, type ReadonlySignal } from '@preact/signals'

import { preferredLanguage, rememberLanguage } from '../i18n/language.js'
import { reduce, type Action } from './reduce.js'
import { botPresence, currentRoom, missedWhilePaused, visibleFeed } from './select.js'
import { initialState, type State } from './state.js'

const store = signal(initialState(preferredLanguage()))

/** The state; components read it and follow it by themselves. */
export const state: ReadonlySignal<State> = store

/** The only way in which the state changes. */
export const dispatch = (action: Action): void => {
  store.value = reduce(store.value, action)
  if (action.type === 'language') rememberLanguage(action.language)
}

export const room = computed(() => currentRoom(store.value))
export const feed = computed(() => visibleFeed(store.value))
export const missed = computed(() => missedWhilePaused(store.value))
export const presence = computed(() => botPresence(store.value))

/** The simulator's wall time in ms, once a second. */
export const now = signal(Date.now())
setInterval(() => {
  now.value = Date.now() + store.value.clockOffset
}, 1000)
