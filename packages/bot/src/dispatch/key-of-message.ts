import type { Scene } from '../events/message.js'

/** The key of the events of a message that has no index, as in guilds. */
export const keyOfMessage = (scene: Scene, id: string): string => `${scene}:${id}`
