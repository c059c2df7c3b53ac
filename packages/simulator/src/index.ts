// Starting a platform.
export {
  createMemorySimulator,
  type MemorySimulator,
  type MemorySimulatorOptions,
  type PushListener,
} from './memory/create-memory-simulator.js'
export type { MemoryDispatcher } from './memory/memory-dispatcher.js'
export { startSimulator, type SocketSimulator } from './sockets/start-simulator.js'
export type { SocketSimulatorOptions } from './sockets/options.js'
export { ListenError } from './sockets/listen-error.js'
export type { SimulatorOptions } from './options.js'
export type { BotChange, BotCredentials, Simulator } from './simulator.js'
export type { BotInit } from './core/world/bots.js'
export type { Settings } from './core/kernel/settings.js'
export type { Snapshot } from './runtime/snapshot.js'

// People, and the places where they meet the bot.
export type { Person } from './handles/person.js'
export type { Group } from './handles/group.js'
export type { Guild, GuildMember } from './handles/guild.js'
export type { Channel, ChannelPerson } from './handles/channel.js'
export type { Scene } from './core/rules/scene.js'
export type { ChannelInit, MessageSettings } from './core/places/guild-state.js'
export type { Said } from './core/actions/say.js'
export type { SayOptions } from './core/actions/said-payload.js'
export type { Press, Pressed } from './core/actions/press.js'
export type { Arrival } from './core/actions/lifecycle.js'

// What happened.
export type { LogBook } from './runtime/log-book.js'
export type { CallEntry, InteractionEntry, LogEntry, MessageEntry } from './core/kernel/log-entry.js'
export type { Oracle } from './oracle/oracle.js'
export type { EventRecord } from './oracle/observations.js'
export type { DeliveryReport } from './oracle/delivery-report.js'

// Breaking it.
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
export { incidents } from './scenarios/incidents/incidents.js'
export { checkScenario } from './scenarios/check-scenario.js'
export type { Playback } from './scenarios/play.js'
export type { Scenario } from './scenarios/scenario.js'

// What live reports disagree on.
export { liveSwitches } from './core/rules/live-switches.js'
export type { LiveName, LiveSettings } from './core/rules/live-settings.js'
export type { Live } from './live/live.js'
