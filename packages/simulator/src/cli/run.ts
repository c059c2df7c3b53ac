import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'

import { CommandError, type Language, languageIn, messageOf } from '@qqkit/core/internal'

import { toChinese } from '../language/to-chinese.js'
import { readCommandLine } from './command-line.js'
import { startFromCommandLine, type Terminal } from './start.js'

/** The version of this package: its manifest is two folders above the sources, and the build. */
const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return String(Reflect.get(manifest as object, 'version'))
}

/** The program that opens an address, by system. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** Opens an address in the browser. Without one nothing happens: the address is on the screen. */
export const openPage = (url: string): void => {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}

/** Resolves on Ctrl-C, SIGTERM, or when the terminal is closed. */
const interrupted = async (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })

/** What the command says itself, in the language of the person. */
const said: ReadonlySet<string> = new Set(['QQKIT_WEBHOOK_ADDRESS', 'QQKIT_SIMULATOR_OPEN'])

/** Process warnings on one line each, without advice for Node. */
const printWarnings = (print: (line: string) => void, language: Language): void => {
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (said.has(String(Reflect.get(warning, 'code')))) return
    const zh: unknown = Reflect.get(warning, 'zh')
    print(language === 'en' ? warning.message : typeof zh === 'string' ? zh : toChinese(warning.message))
  })
}

const ended: Readonly<Record<Terminal['language'], (failed: number) => string>> = {
  en: (failed) =>
    failed === 0 ? 'The replay had the same replies.' : `Turns with other replies than recorded: ${failed}.`,
  zh: (failed) => (failed === 0 ? '重放的回复与录制时相同。' : `重放中有 ${failed} 处回复不同。`),
}

const unfinished = (file: string): CommandError =>
  new CommandError({
    en: `--replay ${file}: stopped before the end, so the replies are not compared. It begins when the bot is connected`,
    zh: `--replay ${file}：在结束前停止，回复没有比较完。机器人连接后才会开始重放`,
  })

/** The process around a command. */
export interface CommandProcess {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly print: (line: string) => void
  /** Takes a mistake, as one line. */
  readonly complain: (line: string) => void
  /** Resolves when the command has to end. */
  readonly stopped: () => Promise<void>
  readonly open: (url: string) => void
}

/** Lines for a stream, and when its reader has gone, as that of `npx @qqkit/simulator | head -1`. */
export const linesTo = (
  stream: Pick<NodeJS.WriteStream, 'write' | 'on'>,
): { readonly print: (line: string) => void; readonly gone: Promise<void> } => {
  const gone = new Promise<void>((resolve) => stream.on('error', () => resolve()))
  return { print: (line) => void stream.write(`${line}\n`), gone }
}

const thisProcess = (language: Language): CommandProcess => {
  const { print, gone } = linesTo(process.stdout)
  const { print: complain } = linesTo(process.stderr)
  printWarnings(complain, language)
  return {
    env: process.env,
    print,
    complain,
    stopped: async () => Promise.race([interrupted(), gone]),
    open: openPage,
  }
}

const run = async (args: readonly string[], language: Language, around: CommandProcess): Promise<number> => {
  const { print } = around
  const request = readCommandLine(args, language, version())
  if (request.kind === 'print') {
    print(request.text)
    return 0
  }
  const stopped = around.stopped()
  const { sim, replayed, close } = await startFromCommandLine(request.line, { language, print, stopped })
  if (request.line.open) around.open(sim.url)
  const failed = await Promise.race([stopped, ...(replayed ? [replayed] : [])])
  await close()
  // Nothing was compared, which is no success.
  if (replayed && typeof failed !== 'number') throw unfinished(request.line.replay ?? '')
  if (typeof failed === 'number') print(ended[language](failed))
  return failed ? 1 : 0
}

/**
 * Runs the command `npx @qqkit/simulator`: prints, waits for Ctrl-C or the end of a replay, and returns the exit code. A mistake
 * is one line with the next step, and 1.
 */
export const runCommandLine = async (args: readonly string[], given?: CommandProcess): Promise<number> => {
  const language = languageIn(args, given?.env ?? process.env)
  const around = given ?? thisProcess(language)
  try {
    return await run(args, language, around)
  } catch (error) {
    const message = messageOf(error)
    const text =
      error instanceof CommandError ? error.text[language] : language === 'zh' ? toChinese(message) : message
    around.complain(text.replaceAll(/\s*\n\s*/g, ' '))
    return 1
  }
}
