import { setSwitch } from '../core/kernel/set-switch.js'
import type { LiveName, LiveSettings } from '../core/rules/live-settings.js'
import { liveNames } from '../core/rules/live-switches.js'
import type { Runtime } from '../runtime/runtime.js'
import { checkName, checkSwitch } from './check-live.js'

/**
 * Turns the live switches while the simulator runs. A new position applies to calls and streams that are already open.
 */
export class Live {
  readonly #runtime: Runtime

  /** @internal */
  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /**
   * Sets a switch.
   *
   * @example
   *   sim.live.set('replyLimit', 'off')
   *   sim.live.set('streamBytes', 900)
   *
   * @throws OptionsError that lists the known names or values
   */
  set<Name extends LiveName>(name: Name, value: LiveSettings[Name]): void {
    checkSwitch(name, value)
    this.#runtime.act((world) => setSwitch(world, name, value))
  }

  /**
   * The position of a switch.
   *
   * @throws OptionsError that lists the known names
   */
  get<Name extends LiveName>(name: Name): LiveSettings[Name] {
    checkName(name)
    return this.#runtime.world.live[name]
  }

  /** The positions of all switches, as a copy. */
  all(): LiveSettings {
    return { ...this.#runtime.world.live }
  }

  /** The initial positions of all switches, as a copy; {@link Live.reset} restores them. */
  atStart(): LiveSettings {
    return { ...this.#runtime.world.settings.live }
  }

  /**
   * Restores the initial position of a switch, or of all: the option `live`, else the default.
   *
   * @throws OptionsError that lists the known names
   */
  reset(name?: LiveName): void {
    if (name !== undefined) checkName(name)
    this.#runtime.act((world) => {
      for (const each of name === undefined ? liveNames : [name])
        setSwitch(world, each, world.settings.live[each])
    })
  }
}
