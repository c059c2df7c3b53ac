export { runCommandLine } from './run.js'
export type { Around, Prompts } from './terminal/around.js'
