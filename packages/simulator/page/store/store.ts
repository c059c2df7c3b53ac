import { computed, signal, type ReadonlySignal } from '@preact/signals'

import { preferredLanguage, rememberLanguage } from '../i18n/language.js'
import { recallSeen, rememberSeen } from './seen.js'
import type { PagePlace } from '../../src/page/contract/wire.js'
import { reduce, type Action } from './reduce.js'
import {
  botPresence,
  conversationOf,
  currentRoom,
  missedWhilePaused,
  summaries,
  visibleFeed,
  visibleOutput,
} from './select.js'
import { initialState, type State } from './state.js'

const store = signal(initialState(preferredLanguage(), recallSeen()))

/** The only way in which the state changes. */
export const dispatch = (action: Action): void => {
  const { seen } = store.value
  store.value = reduce(store.value, action)
  if (store.value.seen !== seen) rememberSeen(store.value.seen)
  if (action.type === 'language') rememberLanguage(action.language)
}

type Slices = { readonly [Key in keyof State]: ReadonlySignal<State[Key]> }

/** The state, one signal per field: a component renders again only when a field that it reads has changed. */
export const view: Slices = Object.fromEntries(
  Object.keys(store.value).map((key) => [key, computed(() => store.value[key as keyof State])]),
) as Slices

/** Reads some fields of the state reactively. */
const parts = <Key extends keyof State>(...keys: readonly Key[]): Pick<State, Key> =>
  Object.fromEntries(keys.map((key) => [key, view[key].value])) as Pick<State, Key>

export const room = computed(() => currentRoom(parts('rooms', 'room')))
const nowhere: PagePlace = { present: true, accepts: true, hearsAll: false, menu: [], panel: [] }
/** The bot's place in the room on the screen. */
export const place = computed(() => view.places.value[room.value?.id ?? ''] ?? nowhere)
export const conversation = computed(() => conversationOf(parts('messages', 'notes'), room.value?.id ?? ''))
export const roomList = computed(() => summaries(parts('rooms', 'messages', 'seen')))
export const feed = computed(() =>
  visibleFeed(parts('feed', 'frozen', 'past', 'clearedTo', 'filter', 'room')),
)
export const hasOutput = computed(() => view.output.value.length > 0)
export const output = computed(() => visibleOutput(parts('output', 'sought')))
export const missed = computed(() => missedWhilePaused(parts('feed', 'frozen', 'clearedTo')))
export const presence = computed(() => botPresence(parts('bot', 'connections', 'feed')))

/** The conversations in which a bot is typing now. */
export const typing = computed(() => view.typing.value.filter(({ until }) => until > now.value))

/** The simulator's wall time in ms, once a second. */
export const now = signal(Date.now())
setInterval(() => {
  // A manual clock stands still between two steps.
  now.value = store.value.clock ?? Date.now() + store.value.clockOffset
}, 1000)
