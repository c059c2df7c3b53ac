import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'

import type { Advice } from '@qqkit/core'
import type { SocketSimulator } from '@qqkit/simulator'

import { NAMES } from '../settings/settings.js'
import type { Around } from '../terminal/around.js'
import type { BotFile } from './bot-file.js'

/**
 * The environment of a bot that is led to the simulator.
 *
 * @param data a folder that ends with the simulator: sessions of its platform would replace those of the bot on QQ
 */
export const environmentOf = (
  { url, tokenUrl, credentials }: SocketSimulator,
  { env, data }: Pick<Around, 'env'> & { readonly data: string },
): Around['env'] => ({
  ...env,
  QQ_DATA: env['QQ_DATA'] || data,
  [NAMES.appId]: credentials.appId,
  [NAMES.secret]: credentials.secret,
  // A name of QQ's hosts, which the next two replace; a .env does not override it.
  QQ_BASE_URL: 'production',
  QQKIT_API_URL: url,
  QQKIT_TOKEN_URL: tokenUrl,
  QQ_SIMULATOR_URL: url,
})

/** Modules that are loaded before a bot, as addresses. */
export interface Preloads {
  /** Runs TypeScript. */
  readonly typescript: string
  /** Leads the hosts of other SDKs to the simulator. */
  readonly redirect: string
}

/** What a {@link BotProcess} reports. */
export interface BotEvents {
  readonly onLine: (line: string, from: 'stdout' | 'stderr') => void
  /** It ended without being asked to: with an exit code, or by a signal; and what it wrote last to stderr. */
  readonly onEnd: (how: string, errors: readonly string[]) => void
}

/** How a bot ended, by `how` or a line of its stderr, and what to do about it. */
const ADVICE: readonly (readonly [pattern: RegExp, advice: Advice])[] = [
  [
    /Top-level await .*"cjs" output format/,
    {
      en: 'await at the top of a file needs "type": "module" in package.json, or a file that ends in .mts or .mjs',
      zh: '在文件顶层使用 await 需要在 package.json 中设置 "type": "module"，或将文件改为 .mts 或 .mjs 结尾',
    },
  ],
  [
    /Cannot use import statement outside a module/,
    {
      en: 'import in a file that ends in .js needs "type": "module" in package.json',
      zh: '在 .js 文件中使用 import 需要在 package.json 中设置 "type": "module"',
    },
  ],
  [
    /Cannot find (?:package|module) '[^./\\]/,
    {
      en: 'a package is missing: run npm install in the folder of the bot',
      zh: '缺少依赖包：请在机器人的目录中运行 npm install',
    },
  ],
  [
    /^0$/,
    {
      en: 'a bot runs as long as it listens: does the file call await bot.start()?',
      zh: '机器人只有在监听事件时才会持续运行：文件中是否调用了 await bot.start()？',
    },
  ],
]

/** What to do about a bot that ended. */
export const adviceOn = (how: string, errors: readonly string[]): Advice | undefined =>
  ADVICE.find(([pattern]) => pattern.test(how) || errors.some((line) => pattern.test(line)))?.[1]

/** Lines of stderr that are kept for {@link adviceOn}. */
const KEPT = 40

/**
 * Ends a bot whose command is gone, as after SIGKILL: a pipe between the two closes then. It would go on for ever beside the next
 * one, with no platform to call.
 */
const LEASH = `data:text/javascript,${encodeURIComponent(`
import { Socket } from 'node:net'
const end = () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5000).unref()
}
new Socket({ fd: 3 }).on('error', () => {}).on('close', end).resume().unref()`)}`

interface BotInit extends Preloads {
  readonly bot: BotFile
  readonly env: Around['env']
}

/** ms for the last lines of a bot that has ended. */
const LAST_LINES = 200

/** Ends what a bot has left behind: programs of its own are in its group. */
const endGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined || process.platform === 'win32') return
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // It has left nothing.
  }
}

/** Resolves with how a bot ended. Its outlets may stay open: a program of its own can have them too. */
const endOf = async (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(late)
      for (const outlet of child.stdio) outlet?.destroy()
      resolve(String(child.signalCode ?? child.exitCode))
    }
    let late: NodeJS.Timeout | undefined
    child.once('error', (error) => resolve(error.message))
    child.once('exit', () => {
      endGroup(child)
      late = setTimeout(end, LAST_LINES)
    })
    // After its last line.
    child.once('close', end)
  })

/** ms from SIGTERM to SIGKILL. */
const PATIENCE = 5000

/** A bot in a process of its own, which can be started again. */
export class BotProcess {
  readonly #init: BotInit
  readonly #events: BotEvents
  #child: ChildProcess | null = null
  /** The end of the newest child. */
  #over: Promise<unknown> = Promise.resolve()
  /** The newest order; the ones before it are done first. */
  #order: Promise<void> = Promise.resolve()
  /** Whether no bot may begin any more. */
  #isStopped = false

  constructor(init: BotInit, events: BotEvents) {
    this.#init = init
    this.#events = events
  }

  /** Starts the bot, and ends the one before it. Does nothing after {@link stop}. */
  async restart(): Promise<void> {
    await this.#after(async () => {
      await this.#end()
      if (!this.#isStopped) this.#begin()
    })
  }

  /** Ends the bot for good: SIGTERM, and SIGKILL for one that does not stop. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#after(async () => this.#end())
  }

  async #after(act: () => Promise<void>): Promise<void> {
    this.#order = this.#order.then(act)
    await this.#order
  }

  #begin(): void {
    const { bot, env, typescript, redirect } = this.#init
    const loads = [LEASH, ...(bot.typed ? [typescript] : []), redirect].flatMap((one) => ['--import', one])
    const child = spawn(process.execPath, [...loads, bot.file], {
      cwd: bot.project,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      // Ctrl-C reaches a group of processes: the bot would get it beside our SIGTERM, and end at the second signal.
      detached: process.platform !== 'win32',
    })
    this.#child = child
    const kill = (): void => void child.kill('SIGKILL')
    process.on('exit', kill)
    const errors: string[] = []
    for (const from of ['stdout', 'stderr'] as const) {
      const input = child[from]
      if (input === null) continue
      createInterface({ input }).on('line', (line) => {
        if (from === 'stderr' && errors.push(line) > KEPT) errors.shift()
        this.#events.onLine(line, from)
      })
    }
    this.#over = endOf(child).then((how) => {
      process.off('exit', kill)
      if (this.#child !== child) return
      this.#child = null
      this.#events.onEnd(how, errors)
    })
  }

  async #end(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null) return
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
    await this.#over
    clearTimeout(late)
  }
}
