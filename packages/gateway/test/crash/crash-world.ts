import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { startSimulator, type SocketSimulator } from '@qqkit/simulator'
import { onTestFinished, vi } from 'vitest'

import type { SessionCheckpoint } from '../../src/delivery/session-checkpoint.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { bundleProgram, startProgram, type Program } from '../support/child-process.js'
import type { BotSetup } from './bot-setup.js'

/** One handling of one message, as a bot told it. */
export interface Begun {
  readonly number: number
  readonly seq: number
  readonly replayed: boolean
  /** A process died with it: others may pass it. */
  readonly suspect: boolean
}

/** One process life of the bot, read as it goes. */
export class Life {
  readonly program: Program
  readonly begun: Begun[] = []
  readonly ended: number[] = []
  /** Everything else that it told. */
  readonly other: string[] = []

  constructor(program: Program) {
    this.program = program
  }

  /** Reads on until `enough` holds or the process is gone; returns whether it holds. */
  async until(enough: () => boolean): Promise<boolean> {
    while (!enough()) {
      const line = await this.program.line()
      if (line === null) return enough()
      this.#take(line)
    }
    return true
  }

  /** Ends it without warning, and reads what it had told until then. */
  async kill(): Promise<void> {
    await this.program.kill()
    await this.until(() => false)
  }

  #take(line: string): void {
    const [what, number, seq, when] = line.split(' ')
    if (what === 'begin') {
      this.begun.push({
        number: Number(number),
        seq: Number(seq),
        replayed: when !== 'live',
        suspect: when === 'suspect',
      })
    } else if (what === 'end') this.ended.push(Number(number))
    else this.other.push(line)
  }
}

/** A platform, a session file, and one process life after the other. */
export class CrashWorld {
  readonly sim: SocketSimulator
  readonly file: string
  readonly lives: Life[] = []
  /** Message ids by number. */
  readonly said: string[] = []
  readonly #bot: string

  private constructor(sim: SocketSimulator, file: string, bot: string) {
    this.sim = sim
    this.file = file
    this.#bot = bot
  }

  static async open(seed: number): Promise<CrashWorld> {
    const sim = await startSimulator({ seed, page: false })
    onTestFinished(async () => sim.close())
    const bot = await bundleProgram(new URL('crash-bot.ts', import.meta.url))
    return new CrashWorld(sim, join(await temporaryFolder(), 'session.json'), bot)
  }

  /** Starts the next process. */
  start(hangFrom: number = Infinity, over: Partial<BotSetup> = {}): Life {
    const { url, tokenUrl, credentials } = this.sim
    // JSON knows no infinity.
    const setup: BotSetup = {
      url,
      tokenUrl,
      credentials,
      file: this.file,
      hangFrom: Math.min(hangFrom, 1e9),
      lockTimeout: 60_000,
      drainTimeout: 500,
      ...over,
    }
    const life = new Life(startProgram(this.#bot, [JSON.stringify(setup)]))
    this.lives.push(life)
    return life
  }

  /** The next messages of people, numbered on. */
  say(count: number, text = 'message'): void {
    for (let left = count; left > 0; left -= 1) {
      const number = this.said.length
      this.said.push(this.sim.user(`person ${number % 5}`).say(`${text} ${number}`).id)
    }
  }

  /** Numbers of messages that no life has told to be finished. */
  unfinished(): readonly number[] {
    const ended = new Set(this.lives.flatMap((life) => life.ended))
    return [...this.said.keys()].filter((number) => !ended.has(number))
  }

  /** What the file says now. */
  async checkpoint(): Promise<SessionCheckpoint> {
    return JSON.parse(await readFile(this.file, 'utf8')) as SessionCheckpoint
  }

  /** Resolves when the file knows of a session: from then on a crash costs nothing. */
  async stored(): Promise<void> {
    await vi.waitFor(
      async () => {
        // Before the first one the file says that there is none.
        const { sessionId } = (await this.checkpoint()) as { readonly sessionId: string | null }
        if (sessionId === null) throw new Error('no session yet')
      },
      { timeout: 20_000 },
    )
  }

  /** Resolves when the file knows what a life has finished. */
  async noted(life: Life): Promise<void> {
    const seqs = life.begun.filter(({ number }) => life.ended.includes(number)).map(({ seq }) => seq)
    await vi.waitFor(async () => {
      const checkpoint = await this.checkpoint()
      if (!seqs.every((seq) => isDone(checkpoint, seq))) throw new Error('not noted yet')
    }, 20_000)
  }

  /** How many answers each message got. */
  answers(): readonly number[] {
    return this.said.map((id) => this.sim.oracle.replies(id).length)
  }
}

/** Whether a checkpoint says that a seq is finished. */
export const isDone = ({ committed, doneAbove }: SessionCheckpoint, seq: number): boolean =>
  seq <= committed || doneAbove.some(([from, to]) => from <= seq && seq <= to)
