export { startSimulator, type SocketSimulator } from './sockets/start-simulator.js'
export type { Mount, SocketSimulatorOptions } from './sockets/options.js'
export type { SimulatorOptions } from './options.js'
export type { BotCredentials, Simulator } from './simulator.js'
export type { BotInit } from './core/bots.js'
export type { ErrorBodyForm, ReplyWindow, Settings } from './core/settings.js'
export type { Scene } from './core/scene.js'
export type { Channel, Conversation, Group, Person } from './people/handles.js'
export type { Said, SaidAttachment, SayOptions } from './core/people/say.js'
export type { ConnectionChoice, Faults } from './faults/faults.js'
export type {
  CallAction,
  FaultMatch,
  FaultMoment,
  FaultSpec,
  FaultTrigger,
  PushAction,
  SocketAction,
} from './core/faults.js'
export type { LogBook } from './runtime/log-book.js'
export type {
  CallEntry,
  ConnectionEntry,
  EventEntry,
  FaultEntry,
  FrameEntry,
  InteractionEntry,
  LogEntry,
  MessageEntry,
  PushEntry,
  SessionEntry,
} from './core/log-entry.js'
