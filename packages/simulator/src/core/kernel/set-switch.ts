import type { LiveName, LiveSettings } from '../rules/live-settings.js'
import { record, type World } from '../world/world.js'

/** Turns a switch and writes it into the log. Nothing is written when it already stands there. */
export const setSwitch = <Name extends LiveName>(
  world: World,
  name: Name,
  value: LiveSettings[Name],
): void => {
  const before = world.live[name]
  if (before === value) return
  world.live[name] = value
  record(world, { kind: 'switch', name, value, before })
}
