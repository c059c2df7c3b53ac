export { runCommandLine, type CommandDeps } from './run.js'
export type { Around, Prompts } from './terminal/around.js'
