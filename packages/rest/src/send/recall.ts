import { adviceFor, errorAreaOf } from '@qqkit/protocol'

import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { fillRoute, type PathParams } from '../http/route-path.js'
import { routesOf } from '../message/scenes.js'
import type { Target } from '../types/target.js'

/** Route of a recall (§5.6). */
export interface RecallRoute {
  readonly route: string
  readonly path: string
  readonly routeClass: string
}

/** @throws InvalidRequestError for an id that cannot be one */
export const recallRoute = (target: Target, messageId: string, hideTip: boolean): RecallRoute => {
  const scene = routesOf(target)
  const { route, routeClass } = scene.recall
  const query = scene.recall.hideTip ? { hidetip: hideTip } : {}
  return {
    route,
    routeClass,
    path: fillRoute(route, { [scene.param]: target.id, message_id: messageId }, query),
  }
}

/** The message id of a recall through `rest.request()`; `null` for other calls. */
export const recalledId = (endpoint: string, params: PathParams = {}): string | null => {
  const [, path = ''] = /^DELETE (\S+)$/.exec(endpoint) ?? []
  if (errorAreaOf('DELETE', path) !== 'recall') return null
  const last = path.slice(path.lastIndexOf('/') + 1)
  return last.startsWith('{') ? String(params[last.slice(1, -1)] ?? '') : last
}

/** Error number for the recall of a streamed message (§5.6). */
const NOT_RECALLABLE = 40061001

/** The error for the recall of a streamed message, with the advice of the platform's refusal. */
export const streamedError = (messageId: string): InvalidRequestError =>
  new InvalidRequestError({
    path: 'messageId',
    hint: 'is the id of a streamed message, which cannot be recalled',
    received: messageId,
    advice: adviceFor(NOT_RECALLABLE),
  })
