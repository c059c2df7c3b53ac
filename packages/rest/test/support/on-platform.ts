import { ManualClock } from '@qqkit/core/testing'
import { createMemorySimulator, type MemorySimulator, type SimulatorOptions } from '@qqkit/simulator'

import { Rest, type RestOptions } from '../../src/index.js'

/** A client on a simulated platform without sockets. */
export interface Platform {
  readonly sim: MemorySimulator
  readonly clock: ManualClock
  readonly rest: Rest
  readonly api: Rest['api']
  /** Every call that succeeded so far, as `GET /users/@me`. */
  readonly called: ReadonlySet<string>
}

/** Tells a story on a fresh platform, and takes it down afterwards. */
export const onPlatform = async (
  story: (platform: Platform) => Promise<void>,
  settings: SimulatorOptions = {},
  options: Partial<RestOptions> = {},
): Promise<void> => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, channelNeedsSession: false, ...settings })
  const { appId, secret } = sim.credentials
  const called = new Set<string>()
  const rest = new Rest({
    appId,
    secret,
    baseUrl: sim.url,
    dispatcher: sim.dispatcher,
    clock,
    log: ({ event, method, route }) => {
      if (event === 'rest.call') called.add(`${String(method)} ${String(route)}`)
    },
    ...options,
  })
  try {
    await story({ sim, clock, rest, api: rest.api, called })
  } finally {
    await rest.close()
    await sim.close()
  }
}

/** Everything that a list gives. */
export const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}
