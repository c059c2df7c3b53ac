import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'

import type { Around } from '../terminal/around.js'
import type { BotFile } from './bot-file.js'

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
  /** It ended without being asked to: with an exit code, or by a signal. */
  readonly onEnd: (how: string) => void
}

interface BotInit extends Preloads {
  readonly bot: BotFile
  readonly env: Around['env']
}

/** ms from SIGTERM to SIGKILL. */
const PATIENCE = 5000

/** A bot in a process of its own, which can be started again. */
export class BotProcess {
  readonly #init: BotInit
  readonly #events: BotEvents
  #child: ChildProcess | null = null
  /** The newest order; the ones before it are done first. */
  #order: Promise<void> = Promise.resolve()

  constructor(init: BotInit, events: BotEvents) {
    this.#init = init
    this.#events = events
  }

  /** Starts the bot, and ends the one before it. */
  async restart(): Promise<void> {
    await this.#after(async () => {
      await this.#end()
      this.#begin()
    })
  }

  /** Ends the bot: SIGTERM, and SIGKILL for one that does not stop. */
  async stop(): Promise<void> {
    await this.#after(async () => this.#end())
  }

  async #after(act: () => Promise<void>): Promise<void> {
    this.#order = this.#order.then(act)
    await this.#order
  }

  #begin(): void {
    const { bot, env, typescript, redirect } = this.#init
    const loads = [...(bot.typed ? [typescript] : []), redirect].flatMap((one) => ['--import', one])
    const child = spawn(process.execPath, [...loads, bot.file], {
      cwd: bot.project,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C reaches a group of processes: the bot would get it beside our SIGTERM, and end at the second signal.
      detached: process.platform !== 'win32',
    })
    this.#child = child
    const kill = (): void => void child.kill('SIGKILL')
    process.on('exit', kill)
    for (const from of ['stdout', 'stderr'] as const)
      createInterface({ input: child[from] }).on('line', (line) => this.#events.onLine(line, from))
    const ended = (how: string): void => {
      if (this.#child !== child) return
      this.#child = null
      this.#events.onEnd(how)
    }
    child.once('error', (error) => ended(error.message))
    // After its last line.
    child.once('close', (code, signal) => {
      process.off('exit', kill)
      ended(String(signal ?? code))
    })
  }

  async #end(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const over = once(child, 'close')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
    await over
    clearTimeout(late)
  }
}
