import { didYouMean } from '@qqkit/core/internal'

import { BotError, nameIn } from '../common/errors.js'
import type { MessageContext } from '../context/message-context.js'
import type { Scene } from '../events/message.js'

/** A filter for messages of certain scenes. Narrows the context, and the intents that the bot asks for. */
export interface SceneFilter<S extends Scene> {
  (ctx: MessageContext): ctx is MessageContext<S>
  readonly scenes: readonly S[]
}

const SCENES = ['c2c', 'group', 'channel', 'dm'] as const

/**
 * A filter for messages of these scenes.
 *
 * @example
 * bot.on('message', scene('group'), (ctx) => ctx.reply(ctx.message.groupId))
 * @throws BotError `unknown_scene`
 */
export const scene = <S extends Scene>(...scenes: readonly S[]): SceneFilter<S> => {
  if (scenes.length === 0) throw new BotError('unknown_scene', 'none given')
  const known: ReadonlySet<unknown> = new Set(SCENES)
  for (const one of scenes as readonly unknown[])
    if (!known.has(one)) throw new BotError('unknown_scene', nameIn(one) + didYouMean(one, SCENES))
  const accepts = (ctx: MessageContext): ctx is MessageContext<S> =>
    (scenes as readonly Scene[]).includes(ctx.scene)
  return Object.assign(accepts, { scenes })
}

/** The scenes that a filter restricts messages to; `null` when it does not. */
export const scenesOf = (filter: unknown): readonly Scene[] | null =>
  typeof filter === 'function' && 'scenes' in filter ? (filter.scenes as readonly Scene[]) : null
