import type { Scene } from '@qqkit/protocol'

/**
 * Where a message goes. `id` is a user openid (`c2c`), a group openid, a channel id, or the guild id of a DM session
 * (`dm`).
 */
export interface Target<S extends Scene = Scene> {
  readonly scene: S
  readonly id: string
}
