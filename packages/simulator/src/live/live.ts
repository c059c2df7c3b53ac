import { setSwitch } from '../core/kernel/set-switch.js'
import type { LiveName, LiveSettings } from '../core/rules/live-settings.js'
import { liveNames } from '../core/rules/live-switches.js'
import type { Runtime } from '../runtime/runtime.js'
import { checkName, checkSwitch } from './check-live.js'

/** Turns the live switches while the simulator runs. What is already under way goes on by the new position. */
export class Live {
  readonly #runtime: Runtime

  /** @internal */
  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /**
   * Sets a switch.
   *
   * @throws OptionsError that lists the known names or values
   */
  set<Name extends LiveName>(name: Name, value: LiveSettings[Name]): void {
    checkSwitch(name, value)
    this.#runtime.act((world) => setSwitch(world, name, value))
  }

  /**
   * Where a switch stands.
   *
   * @throws OptionsError that lists the known names
   */
  get<Name extends LiveName>(name: Name): LiveSettings[Name] {
    checkName(name)
    return this.#runtime.world.live[name]
  }

  /** Where all switches stand, as a copy. */
  all(): LiveSettings {
    return { ...this.#runtime.world.live }
  }

  /** Where all switches stood when the simulator was started, as a copy: what {@link Live.reset} goes back to. */
  atStart(): LiveSettings {
    return { ...this.#runtime.world.settings.live }
  }

  /**
   * Puts a switch, or all of them, back to where the simulator was started with: the option `live`, else the default.
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
