/**
 * Where a conversation takes place
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export type Scene = 'c2c' | 'group' | 'channel' | 'dm'

/** All scenes, in the order of the reference. */
export const allScenes = ['c2c', 'group', 'channel', 'dm'] as const
