import type { LiveName, LiveSettings } from '../rules/live-settings.js'
import { type KernelWorld, record } from './kernel.js'

/** Turns a live switch and logs the change, if there is one. */
export const setSwitch = <Name extends LiveName>(
  world: KernelWorld,
  name: Name,
  value: LiveSettings[Name],
): void => {
  const before = world.live[name]
  if (before === value) return
  world.live[name] = value
  record(world, { kind: 'switch', name, value, before })
}
