import type { RateLimitedRoute, Scene } from '@qqkit/protocol'

import { InvalidRequestError } from '../errors/invalid-request-error.js'
import type { Target } from '../types/target.js'

/** Routes of one scene, and what its messages can contain. */
export interface SceneRoutes {
  readonly route: string
  readonly param: string
  readonly routeClass: RateLimitedRoute | 'dm.messages'
  /**
   * Takes `msg_type`, `media` and the other fields of the v2 sends
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}); the others take
   * those of {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}.
   */
  readonly v2: boolean
  /**
   * Recognises a repeat by `msg_seq`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}).
   */
  readonly numbered: boolean
  readonly recall: { readonly route: string; readonly routeClass: string; readonly hideTip: boolean }
}

/** The four scenes (§5.2, §5.6, §5.10). */
const sceneRoutes: Readonly<Record<Scene, SceneRoutes>> = Object.freeze({
  c2c: {
    route: '/v2/users/{user_openid}/messages',
    param: 'user_openid',
    routeClass: 'c2c.messages',
    v2: true,
    numbered: true,
    recall: {
      route: '/v2/users/{user_openid}/messages/{message_id}',
      routeClass: 'c2c.recall',
      hideTip: false,
    },
  },
  group: {
    route: '/v2/groups/{group_openid}/messages',
    param: 'group_openid',
    routeClass: 'group.messages',
    v2: true,
    numbered: true,
    recall: {
      route: '/v2/groups/{group_openid}/messages/{message_id}',
      routeClass: 'group.recall',
      hideTip: false,
    },
  },
  channel: {
    route: '/channels/{channel_id}/messages',
    param: 'channel_id',
    routeClass: 'channel.messages',
    v2: false,
    numbered: false,
    recall: {
      route: '/channels/{channel_id}/messages/{message_id}',
      routeClass: 'channel.recall',
      hideTip: true,
    },
  },
  dm: {
    route: '/dms/{guild_id}/messages',
    param: 'guild_id',
    routeClass: 'dm.messages',
    v2: false,
    numbered: false,
    recall: { route: '/dms/{guild_id}/messages/{message_id}', routeClass: 'dm.recall', hideTip: true },
  },
})

/**
 * The routes of a target.
 *
 * @throws InvalidRequestError for a wrong target
 */
export const routesOf = (target: Target | null | undefined): SceneRoutes => {
  if (typeof target !== 'object' || target === null)
    throw new InvalidRequestError({ path: 'target', hint: 'give { scene, id }', received: target })
  const scene = Object.hasOwn(sceneRoutes, target.scene) ? sceneRoutes[target.scene] : undefined
  if (!scene)
    throw new InvalidRequestError({
      path: 'target.scene',
      hint: `one of ${Object.keys(sceneRoutes).join(', ')}`,
      received: target.scene,
    })
  return scene
}
