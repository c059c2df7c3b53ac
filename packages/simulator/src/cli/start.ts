import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'

import { type Advice, QqkitError } from '@qqkit/core'
import { CommandError, decodeText, type Language } from '@qqkit/core/internal'

import type { LogEntry, PushEntry } from '../core/kernel/log-entry.js'
import { checkRecording, recordingOf, type Recording } from '../recordings/recording.js'
import { testFileOf } from '../recordings/test-file.js'
import { checkScenario } from '../scenarios/check-scenario.js'
import { incidents } from '../scenarios/incidents/incidents.js'
import type { Scenario } from '../scenarios/scenario.js'
import { toChinese } from '../language/to-chinese.js'
import { InputError } from '../page/contract/page-host.js'
import { readJson as parseJson } from '../page/controls/read-json.js'
import { ListenError } from '../sockets/listen-error.js'
import type { SocketSimulatorOptions } from '../sockets/options.js'
import { type SocketSimulator, startSimulator } from '../sockets/start-simulator.js'
import { lineOf } from './conversation.js'
import { replay } from './replay.js'
import type { CommandLine } from './command-line.js'
import { guide } from './guide.js'

/** Where a command prints. */
export interface Terminal {
  readonly language: Language
  readonly print: (line: string) => void
  /** Resolves when the command has to end, also before it has started. */
  readonly stopped?: Promise<void>
}

/** A simulator that was started from a command line. */
export interface StartedSimulator {
  readonly sim: SocketSimulator
  /** Resolves after `--replay` with the number of turns with differences; `null` without it. */
  readonly replayed: Promise<number> | null
  /** Saves the recording, and ends the simulator. */
  readonly close: () => Promise<void>
}

/** Most bytes of a scenario or a recording. */
const LARGEST = 16 * 1_048_576

/** Bounds of a scenario: beyond them it does not end while someone watches. */
const LONGEST = 24 * 3_600_000
const MOST_STEPS = 100_000

const readJson = (flag: string, file: string): unknown => {
  const failed = (why: Advice, cause?: unknown): CommandError =>
    new CommandError({ en: `${flag} ${file}: ${why.en}`, zh: `${flag} ${file}：${why.zh}` }, cause)
  let content: string
  try {
    const { size } = statSync(file)
    if (!statSync(file).isFile() || size > LARGEST)
      throw failed({
        en: `this is no file of at most ${LARGEST >> 20} MiB`,
        zh: `不是不超过 ${LARGEST >> 20} MiB 的文件`,
      })
    content = decodeText(readFileSync(file))
  } catch (error) {
    if (error instanceof CommandError) throw error
    const names = Object.keys(incidents).join(', ')
    const known: Advice =
      flag === '--scenario'
        ? { en: `. Give a file, or an incident: ${names}`, zh: `。请给出文件，或事故的名字：${names}` }
        : { en: '. Check the path', zh: '。请检查路径' }
    throw failed({ en: `the file cannot be read${known.en}`, zh: `无法读取文件${known.zh}` }, error)
  }
  try {
    return parseJson(content)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw failed({ en: error.message, zh: error.zh }, error)
  }
}

/** Checks what a file holds; the error names the field. */
const checked = <T>(flag: string, file: string, check: (input: unknown) => T): T => {
  const input = readJson(flag, file)
  try {
    return check(input)
  } catch (error) {
    if (!QqkitError.is(error)) throw error
    throw new CommandError(
      {
        en: `${flag} ${file}: ${error.message}`,
        zh: `${flag} ${file}：${toChinese(error.message)}`,
      },
      error,
    )
  }
}

/** A scenario that ends, by the name of an incident or from a file. */
const readScenario = (given: string): Scenario => {
  const scenario = Object.hasOwn(incidents, given)
    ? incidents[given as keyof typeof incidents]
    : checked('--scenario', given, checkScenario)
  if (scenario.steps.length === 0)
    throw new CommandError({
      en: `--scenario ${given}: it has no steps, so nothing would happen. Add some, e.g. { "at": 0, "kind": "say", "scene": "c2c", "peer": "ann", "text": "hi" }`,
      zh: `--scenario ${given}：没有步骤，不会发生任何事。请添加步骤，例如 { "at": 0, "kind": "say", "scene": "c2c", "peer": "ann", "text": "hi" }`,
    })
  const count = scenario.steps.reduce((sum, { times = 1 }) => sum + times, 0)
  const end = Math.max(0, ...scenario.steps.map(({ at, every = 0, times = 1 }) => at + every * (times - 1)))
  if (count <= MOST_STEPS && end <= LONGEST) return scenario
  const hours = Math.round(end / 3_600_000)
  throw new CommandError({
    en: `--scenario ${given}: ${count} steps over ${hours} h never end in practice; at most ${MOST_STEPS} steps in 24 h. Lower "times", "every" or "at"`,
    zh: `--scenario ${given}：${count} 个步骤、持续 ${hours} 小时，实际上不会结束；最多 24 小时内 ${MOST_STEPS} 个步骤。请减小 times、every 或 at`,
  })
}

/** A recording in which something was said. */
const readRecording = (file: string): Recording => {
  const recording = checked('--replay', file, checkRecording)
  if (recording.turns.length > 0) return recording
  throw new CommandError({
    en: `--replay ${file}: no one says anything in this recording, so there is nothing to compare. Record a conversation with --record`,
    zh: `--replay ${file}：录制里没有人说话，没有可比较的内容。请先用 --record 录制一段对话`,
  })
}

const TEST_FILE = /\.test\.(?:ts|mts|js|mjs)$/

const notWritable = (file: string, cause: unknown): CommandError =>
  new CommandError(
    {
      en: `--record ${file}: the file cannot be written. Check the folder`,
      zh: `--record ${file}：无法写入文件，请检查目录`,
    },
    cause,
  )

/** Writes a recording: data, or a test by the name of the file. */
const save = (file: string, recording: Recording): void => {
  const runner = file.endsWith('ts') ? 'vitest' : 'node:test'
  const content = TEST_FILE.test(file)
    ? testFileOf(recording, { runner })
    : `${JSON.stringify(recording, null, 2)}\n`
  try {
    writeFileSync(file, content)
  } catch (error) {
    throw notWritable(file, error)
  }
}

/** Reports a file that cannot be written at the start, and not when the conversation is over. */
const checkWritable = (file: string): void => {
  if (!TEST_FILE.test(file) && !file.endsWith('.json'))
    throw new CommandError({
      en: `--record ${file}: name it .json for a replay, or .test.ts, .test.js, .test.mjs for a test`,
      zh: `--record ${file}：请命名为 .json（用于重放），或 .test.ts、.test.js、.test.mjs（用于测试）`,
    })
  const known = existsSync(file)
  try {
    writeFileSync(file, '', { flag: 'a' })
    // A command that fails later leaves no empty recording.
    if (!known) rmSync(file)
  } catch (error) {
    throw notWritable(file, error)
  }
}

const isPush = (entry: LogEntry): entry is PushEntry => entry.kind === 'push'

/** Checks that the webhook takes pushes: its address check must be answered. */
const checkWebhook = async (
  sim: SocketSimulator,
  url: string,
  stopped: Promise<void> = new Promise(() => {}),
): Promise<void> => {
  const pushed = sim.log.next(isPush)
  sim.validateWebhook()
  const answer = await Promise.race([pushed, stopped.then(() => null)])
  if (answer === null) {
    pushed.catch(() => {})
    throw new CommandError({
      en: `--webhook ${url}: stopped before it answered`,
      zh: `--webhook ${url}：在它响应之前已停止`,
    })
  }
  const { outcome, status, body } = answer
  if (outcome === 'accepted') return
  const why: Advice =
    outcome === 'failed'
      ? { en: `cannot be reached: ${body}`, zh: `无法访问：${toChinese(body)}` }
      : {
          en: `did not prove the secret (op 13): HTTP ${status} ${body.slice(0, 200)}`,
          zh: `没有通过地址校验（op 13）：HTTP ${status} ${body.slice(0, 200)}`,
        }
  throw new CommandError({
    en: `--webhook ${url} ${why.en}. Start the bot first, with this AppSecret, and check host, port and path`,
    zh: `--webhook ${url} ${why.zh}。请先启动机器人，使用同一个 AppSecret，并检查主机、端口和路径`,
  })
}

/** Why a port cannot be had, and what to give instead. */
export const cannotListen = (
  error: Error,
  { port, host = '127.0.0.1' }: { readonly port: number; readonly host?: string | undefined },
): CommandError => {
  const code: unknown = error.cause instanceof Error ? Reflect.get(error.cause, 'code') : null
  const { why, next }: { readonly why: string; readonly next: Advice } =
    code === 'EADDRINUSE'
      ? {
          why: `${host} 的端口 ${port} 已被占用`,
          next: {
            en: 'Give another one, e.g. --port 0 for any free one',
            zh: '请换一个，例如 --port 0 任选空闲端口',
          },
        }
      : code === 'EACCES'
        ? {
            why: `没有权限监听 ${host}:${port}`,
            next: { en: 'Give a --port above 1023', zh: '--port 请使用 1023 以上的端口' },
          }
        : {
            why: `无法监听 ${host}:${port}`,
            next: {
              en: 'Give --host an address of this machine, or leave it out',
              zh: '--host 请使用本机地址，或不指定',
            },
          }
  return new CommandError({ en: `${error.message}. ${next.en}`, zh: `${why}。${next.zh}` }, error)
}

/**
 * Starts a simulator for a command.
 *
 * @throws CommandError for an address that cannot be had
 */
export const startOn = async (
  { port, host }: { readonly port: number; readonly host?: string | undefined },
  options: SocketSimulatorOptions = {},
): Promise<SocketSimulator> => {
  try {
    return await startSimulator({ ...options, port, ...(host === undefined ? {} : { host }) })
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    throw cannotListen(error, { port, host })
  }
}

const listen = async ({ port, host, appid, secret, webhook, live }: CommandLine): Promise<SocketSimulator> =>
  startOn(
    { port, host },
    {
      live,
      ...(appid === undefined ? {} : { appId: appid }),
      ...(secret === undefined ? {} : { secret }),
      ...(webhook === undefined ? {} : { bot: { webhook } }),
    },
  )

/** What a recording is read from. */
const recorded: ReadonlySet<LogEntry['kind']> = new Set(['message', 'press', 'reaction', 'event'])

const waiting: Readonly<Record<Language, (turns: number) => string>> = {
  en: (turns) => `The replay has ${turns} turns; it begins when the bot is connected.`,
  zh: (turns) => `重放共 ${turns} 个回合，机器人连接后开始。`,
}

/** Waits until a bot has a session. */
const connected = async (sim: SocketSimulator, webhook: string | undefined): Promise<void> => {
  if (webhook !== undefined) return
  await sim.log.next((entry): entry is LogEntry => entry.kind === 'session' && entry.change === 'created')
}

/**
 * Starts a simulator as a command line says, and prints its addresses and the conversation.
 *
 * @example
 *   const { sim, close } = await startFromCommandLine(line, { language: 'en', print: console.log })
 *
 * @throws CommandError whose text is one line with the next step
 */
export const startFromCommandLine = async (
  line: CommandLine,
  { language, print, stopped }: Terminal,
): Promise<StartedSimulator> => {
  const { webhook, scenario, record, replay: replayed, contents } = line
  const played = scenario === undefined ? null : readScenario(scenario)
  const recording = replayed === undefined ? null : readRecording(replayed)
  if (record !== undefined) checkWritable(record)
  const sim = await listen(line)
  const log: LogEntry[] = []
  try {
    if (webhook !== undefined) await checkWebhook(sim, webhook, stopped)
  } catch (error) {
    await sim.close()
    throw error
  }
  for (const each of guide(sim, language, line)) print(each)
  sim.subscribe((entry) => {
    if (record !== undefined && recorded.has(entry.kind)) log.push(entry)
    const shown = lineOf(entry, language, contents)
    if (shown !== null) print(shown)
  })
  if (played) sim.play(played)
  if (recording && webhook === undefined) print(waiting[language](recording.turns.length))
  const replaying =
    recording &&
    connected(sim, webhook).then(async () =>
      replay(sim, recording, language, ({ person, peer }, differences) => {
        for (const each of differences) print(`✗ ${contents ? each : `${person} (${peer})`}`)
      }),
    )
  // The simulator may be closed before a bot comes.
  replaying?.catch(() => {})
  return {
    sim,
    replayed: replaying,
    close: async () => {
      await sim.close()
      if (record !== undefined)
        save(record, recordingOf(log, { contents, contentOf: (file) => sim.contentOf(file) }))
    },
  }
}
