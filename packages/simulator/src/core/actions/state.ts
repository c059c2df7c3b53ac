import type { GuildWorld } from '../guild/state.js'
import type { MenuWorld } from '../menu/state.js'

/** The world as people act in it. */
export type ActionsWorld = GuildWorld & MenuWorld
