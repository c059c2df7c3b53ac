export {
  createMemorySimulator,
  type MemorySimulator,
  type MemorySimulatorOptions,
} from './memory/create-memory-simulator.js'
export type { MemoryDispatcher } from './memory/memory-dispatcher.js'
export type { DispatchController, DispatchHandler, DispatchOptions } from './memory/dispatch-types.js'
export { ListenError } from './sockets/listen-error.js'
export { startSimulator, type SocketSimulator } from './sockets/start-simulator.js'
export type { SocketSimulatorOptions } from './sockets/options.js'
export type { SimulatorOptions } from './options.js'
export type { BotChange, BotCredentials, Simulator } from './simulator.js'
export type { PushListener } from './memory/create-memory-simulator.js'
export { INCIDENTS } from './scenarios/incidents.js'
export { checkScenario } from './scenarios/check-scenario.js'
export type { Playback } from './scenarios/play.js'
export type { Scenario, ScenarioAct, ScenarioStep } from './scenarios/scenario.js'
export type { EventChoice, Oracle } from './oracle/oracle.js'
export type { Counted, EventRecord } from './oracle/ledger.js'
export type { Verdict } from './oracle/verdict.js'
export type {
  BotSnapshot,
  ConnectionSnapshot,
  PeerSnapshot,
  SessionSnapshot,
  Snapshot,
  StreamSnapshot,
} from './runtime/snapshot.js'
export type { BotInit } from './core/bots.js'
export type { ErrorBodyForm, ReplyWindow, Settings } from './core/settings.js'
export type { Scene } from './core/scene.js'
export type { MessageSettings } from './core/guild/guild-state.js'
export type { ChannelInit } from './core/channel/channel-state.js'
export type { Published } from './core/forum/threads.js'
export type { Channel, ChannelPerson } from './people/channel-handles.js'
export type { Guild, GuildMember } from './people/guild-handles.js'
export type { Applied } from './core/group/ask-to-join.js'
export type { Application, MemberRole } from './core/group/group.js'
export type { Group } from './people/group-handle.js'
export type { Conversation, Person } from './people/handles.js'
export type { Said } from './core/people/say.js'
export type { SaidAttachment, SayOptions } from './core/people/said-payload.js'
export type { Arrival } from './core/people/lifecycle.js'
export type { Press, Pressed } from './core/people/press.js'
export { FAULTS, type FaultName } from './faults/catalogue.js'
export type { ConnectionChoice, Faults } from './faults/faults.js'
export type {
  CallAction,
  FaultAction,
  OpenAction,
  FaultMatch,
  FaultMoment,
  FaultSpec,
  FaultTrigger,
  PushAction,
  SocketAction,
} from './core/faults.js'
export { LIVE_SWITCHES } from './core/live/live-switches.js'
export type { LiveName, LiveSettings, LiveSwitch } from './core/live/live-settings.js'
export type { Live } from './live/live.js'
export type { LogBook } from './runtime/log-book.js'
export type {
  CallEntry,
  ConnectionEntry,
  EventEntry,
  FaultEntry,
  FrameEntry,
  HeartbeatEntry,
  InteractionEntry,
  LogEntry,
  MessageEntry,
  PushEntry,
  RefusedIntentsEntry,
  SessionEntry,
  SwitchEntry,
} from './core/log-entry.js'
