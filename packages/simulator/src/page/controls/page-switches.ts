import type { LiveName, LiveSettings } from '../../core/rules/live-settings.js'
import { liveNames, liveSwitches } from '../../core/rules/live-switches.js'
import type { PageHost } from '../contract/page-host.js'
import type { PageSwitch } from '../contract/wire.js'

/** The positions of all live switches, for the page. */
export const pageSwitches = (live: PageHost['live']): PageSwitch[] => {
  const positions = live.all()
  const start = live.atStart()
  return liveNames.map((name) => {
    const { section, values, number, what } = liveSwitches[name]
    return { name, section, values, number, what, value: String(positions[name]), start: String(start[name]) }
  })
}

const takesNumber = (name: LiveName): boolean =>
  Object.hasOwn(liveSwitches, name) && liveSwitches[name].number !== null

/**
 * Sets a switch from the page's text input. Without a value the switch returns to its initial position; without a name
 * all do.
 *
 * @throws OptionsError that lists the known names or values
 */
export const setPageSwitch = ({ live }: PageHost, name: string | null, value: string | null): void => {
  // `live` itself refuses unknown names.
  const known = (name ?? undefined) as LiveName | undefined
  if (known === undefined || value === null) live.reset(known)
  else
    live.set(
      known,
      (takesNumber(known) && /^\d+$/.test(value) ? Number(value) : value) as LiveSettings[LiveName],
    )
}
