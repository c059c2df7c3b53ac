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
export { incidents } from './scenarios/incidents/incidents.js'
export { checkScenario } from './scenarios/check-scenario.js'
export type { Playback } from './scenarios/play.js'
export type { Scenario, ScenarioAct, ScenarioStep } from './scenarios/scenario.js'
export type { EventFilter, Oracle } from './oracle/oracle.js'
export type { Counted, EventRecord } from './oracle/observations.js'
export type { DeliveryReport } from './oracle/delivery-report.js'
export type {
  BotSnapshot,
  ConnectionSnapshot,
  PeerSnapshot,
  SessionSnapshot,
  Snapshot,
  StreamSnapshot,
} from './runtime/snapshot.js'
export type { BotInit } from './core/world/bots.js'
export type { ErrorBodyForm, ReplyWindowSettings, Settings } from './core/kernel/settings.js'
export type { Scene } from './core/rules/scene.js'
export type { MessageSettings, ChannelInit } from './core/places/guild-state.js'
export type { Published } from './core/guild-content/threads.js'
export type { Channel, ChannelPerson } from './handles/channel.js'
export type { Guild, GuildMember } from './handles/guild.js'
export type { Applied } from './core/group/ask-to-join.js'
export type { Application, MemberRole } from './core/places/state.js'
export type { Group } from './handles/group.js'
export type { Conversation, Person } from './handles/person.js'
export type { Said } from './core/actions/say.js'
export type { SaidAttachment, SayOptions } from './core/actions/said-payload.js'
export type { Arrival } from './core/actions/lifecycle.js'
export type { Press, Pressed } from './core/actions/press.js'
export { faults, type FaultName } from './faults/catalogue.js'
export type { ConnectionFilter, Faults } from './faults/faults.js'
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
} from './core/kernel/faults.js'
export { liveSwitches } from './core/rules/live-switches.js'
export type { LiveName, LiveSettings, LiveSwitch } from './core/rules/live-settings.js'
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
} from './core/kernel/log-entry.js'
