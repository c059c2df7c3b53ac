import type { GuildWorld } from '../guild/state.js'
import type { MenuWorld } from '../menu/state.js'

/** The part of the world that people's actions need. */
export type ActionsWorld = GuildWorld & MenuWorld
