/** Where a conversation takes place (§5.2, §5.10). */
export type Scene = 'c2c' | 'group' | 'channel' | 'dm'

/** All scenes, in the order of the reference. */
export const SCENES = ['c2c', 'group', 'channel', 'dm'] as const
