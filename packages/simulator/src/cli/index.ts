export { runCommandLine, type CommandProcess } from './run.js'
export { DEFAULT_PORT, readCommandLine, type CommandLine, type Request } from './command-line.js'
export { startFromCommandLine, type StartedSimulator, type Terminal } from './start.js'
export { CommandError, languageOf, type Language } from '@qqkit/core/internal'
