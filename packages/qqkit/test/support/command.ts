import type { Around, CommandDeps, Prompts } from '../../src/index.js'
import { runCommandLine } from '../../src/index.js'

/** A command in this process, with everything that it said. */
export interface Ran {
  readonly code: number
  readonly lines: readonly string[]
  readonly complaints: readonly string[]
}

/** What a test gives instead of the terminal. */
export interface AroundInit {
  readonly cwd?: string
  readonly language?: Around['language']
  readonly env?: Around['env']
  readonly prompts?: Prompts | null
  readonly columns?: number
  readonly signal?: AbortSignal
  readonly deps?: Partial<CommandDeps>
  /** Called for each line that is printed. */
  readonly onLine?: (line: string) => void
}

/** Runs a command to its end. */
export const runCommand = async (args: readonly string[], init: AroundInit = {}): Promise<Ran> => {
  const lines: string[] = []
  const complaints: string[] = []
  const { deps, onLine = () => {}, ...rest } = init
  const around: Around = {
    env: {},
    cwd: process.cwd(),
    language: 'en',
    prompts: null,
    columns: Infinity,
    signal: new AbortController().signal,
    print: (line) => {
      lines.push(line)
      onLine(line)
    },
    complain: (line) => complaints.push(line),
    ...rest,
  }
  const code = await runCommandLine(args, around, deps)
  return { code, lines, complaints }
}
