import type { CallAction } from '../faults.js'
import type { World } from '../world.js'
import { refuse, type Answer } from './answers.js'

/** The answer that a fault gives in place of the platform's own. */
export const faultAnswer = (
  world: World,
  action: Extract<CallAction, { readonly kind: 'answer' | 'error' }>,
): Answer => {
  if (action.kind === 'error') {
    return refuse(world, action.code, {
      ...(action.message === undefined ? {} : { message: action.message }),
      ...(action.status === undefined ? {} : { status: action.status }),
    })
  }
  return {
    status: action.status,
    ...(action.raw === undefined ? {} : { raw: action.raw }),
    ...(action.type === undefined ? {} : { type: action.type }),
    ...(action.headers === undefined ? {} : { headers: action.headers }),
    ...('body' in action ? { json: action.body } : {}),
  }
}
