// Start a platform, and configure it.
export {
  createMemorySimulator,
  type MemoryBotConnection,
  type MemorySimulator,
  type MemorySimulatorOptions,
  type PushListener,
} from './memory/create-memory-simulator.js'
export type { MemoryDispatcher } from './memory/memory-dispatcher.js'
export { startSimulator, type SocketSimulator } from './sockets/start-simulator.js'
export type { SocketSimulatorOptions } from './sockets/options.js'
export { ListenError } from './sockets/listen-error.js'
export type { SimulatorOptions } from './options.js'
export type { BotChange, BotConnection, BotCredentials, Simulator } from './simulator.js'
export type { BotInit } from './core/world/bots.js'
export type { Settings } from './core/kernel/settings.js'
export type { Snapshot } from './runtime/snapshot.js'

// People, groups, guilds and channels: act as the bot's users.
export type { Person } from './handles/person.js'
export type { GroupHandle } from './handles/group.js'
export type { GuildHandle, GuildMemberHandle } from './handles/guild.js'
export type { ChannelHandle, ChannelPerson } from './handles/channel.js'
export type { Scene } from './core/rules/scene.js'
export type { ChannelInit, MessageSettings } from './core/places/guild-state.js'
export type { Said } from './core/actions/say.js'
export type { SayOptions } from './core/actions/said-payload.js'
export type { Press, Pressed } from './core/actions/press.js'
export type { ScanOptions } from './core/binding/binding.js'
export type { Arrival } from './core/actions/lifecycle.js'

// Observe: the log, and the oracle with its answers.
export type { LogBook } from './runtime/log-book.js'
export type {
  CallEntry,
  InteractionEntry,
  LogEntry,
  MessageEntry,
  MessageFile,
} from './core/kernel/log-entry.js'
export type { Oracle } from './oracle/oracle.js'
export { NoReplyError } from './oracle/no-reply-error.js'
export type { EventRecord } from './oracle/observations.js'
export type { DeliveryReport } from './oracle/delivery-report.js'

// Break the platform: faults, incidents and scenarios.
export { faults, type FaultName } from './faults/catalogue.js'
export type { Faults } from './faults/faults.js'
export type {
  CallAction,
  FaultMatch,
  FaultSpec,
  OpenAction,
  PushAction,
  SocketAction,
} from './core/kernel/faults.js'
export { type IncidentName, incidents } from './scenarios/incidents/incidents.js'
export { checkScenario } from './scenarios/check-scenario.js'
export type { Playback } from './scenarios/play.js'
export type { Scenario } from './scenarios/scenario.js'

// Live switches: rules on which reports about the live platform disagree.
export { liveSwitches } from './core/rules/live-switches.js'
export type { LiveName, LiveSettings } from './core/rules/live-settings.js'
export type { Live } from './live/live.js'

// Conversations and logs that leave the machine: recordings, tests made of them, and logs without contents.
export { checkRecording, recordingOf, type Recording } from './recordings/recording.js'
export { testFileOf, type TestFileOptions } from './recordings/test-file.js'
export { withoutContents } from './runtime/without-contents.js'
