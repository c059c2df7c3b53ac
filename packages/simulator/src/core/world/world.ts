import type { BindingWorld } from '../binding/binding.js'
import type { GroupWorld } from '../group/state.js'
import { seedRandom } from '../kernel/random.js'
import type { Settings } from '../kernel/settings.js'
import { createTimerHeap } from '../kernel/timer-heap.js'
import type { MediaWorld } from '../media/state.js'
import type { StreamsWorld } from '../streams/state.js'

/**
 * The whole state of the platform, as plain data. Only functions of the core change it, and each of them sees the part
 * that it needs.
 */
export type World = StreamsWorld & MediaWorld & GroupWorld & BindingWorld

/** Creates the state of a platform without bots. */
export const createWorld = (settings: Settings, now: number): World => ({
  settings,
  live: { ...settings.live },
  now,
  random: seedRandom(settings.seed),
  effects: [],
  timers: createTimerHeap(),
  logged: 0,
  meters: new Map(),
  faults: new Map(),
  faultsAdded: 0,
  base: { http: '', ws: '', everywhere: false },
  bots: new Map(),
  peers: new Map(),
  guilds: new Map(),
  groups: new Map(),
  calls: new Map(),
  connections: new Map(),
  connectionsMade: 0,
  sessions: new Map(),
  httpSessions: new Map(),
  interactions: new Map(),
  greyed: new Map(),
  pushes: new Map(),
  pushesMade: 0,
  anchors: new Map(),
  messages: new Map(),
  messageSize: 0,
  seqInChannel: 0,
  audits: new Map(),
  files: new Map(),
  contents: new Map(),
  contentSize: 0,
  contentsKept: 0,
  streams: new Map(),
  uploads: new Map(),
  reactions: new Map(),
  menus: new Map(),
  switches: new Map(),
  panels: new Map(),
  shareLinks: new Map(),
  strategies: new Map(),
  bindTasks: new Map(),
})
