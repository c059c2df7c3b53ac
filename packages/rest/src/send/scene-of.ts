import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { scenes, type Scene, type Target } from './scenes.js'

/**
 * The scene of a target.
 *
 * @throws InvalidRequestError for what is no target
 */
export const sceneOf = (target: Target | null | undefined): Scene => {
  if (typeof target !== 'object' || target === null)
    throw new InvalidRequestError({ path: 'target', hint: 'give { scene, id }', received: target })
  const scene = Object.hasOwn(scenes, target.scene) ? scenes[target.scene] : undefined
  if (!scene)
    throw new InvalidRequestError({
      path: 'target.scene',
      hint: `one of ${Object.keys(scenes).join(', ')}`,
      received: target.scene,
    })
  return scene
}
