import { readFileSync } from 'node:fs'
import process from 'node:process'
import { parseEnv } from 'node:util'

/** A sentence in both languages. */
export interface Words {
  readonly en: string
  readonly zh: string
}

/** Something that keeps the bot from starting, and that a person can mend. */
export class StartError extends Error {
  readonly words: Words

  constructor(words: Words, cause?: unknown) {
    super(words.en, { cause })
    this.name = 'StartError'
    this.words = words
  }
}

const speaksChinese = (): boolean => {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env
  return /^zh/i.test(LC_ALL || LC_MESSAGES || LANG || Intl.DateTimeFormat().resolvedOptions().locale)
}

/** The fields that errors of Node and of qqkit have. */
interface KnownError extends Error {
  readonly code?: string
  readonly syscall?: string
  readonly port?: number
  readonly situation?: string
  readonly advice?: Words | null
}

/** How calls fail that never reach QQ, or get no answer. */
const NO_NETWORK = new Set(['no_token', 'not_connected', 'no_answer'])

const explain = (error: KnownError): Words => {
  if (error instanceof StartError) return error.words
  if (error.code === 'EADDRINUSE')
    return {
      en: `port ${error.port} is taken: set PORT to another one`,
      zh: `端口 ${error.port} 已被占用：请将 PORT 设为其他端口`,
    }
  if (error.code === 'EACCES' && error.syscall === 'listen')
    return {
      en: `port ${error.port} needs more rights: set PORT to one above 1023`,
      zh: `没有权限使用端口 ${error.port}：请将 PORT 设为 1023 以上的端口`,
    }
  if (NO_NETWORK.has(error.situation ?? ''))
    return {
      en: 'QQ cannot be reached: check the network, DNS, firewall and proxy of this machine; "npx qqkit doctor" says more',
      zh: '无法连接 QQ：请检查本机的网络、DNS、防火墙和代理，运行“npx qqkit doctor”可了解详情',
    }
  if (error.advice)
    return {
      en: `QQ does not let the bot in: ${error.message} — ${error.advice.en}`,
      zh: `无法连接 QQ：${error.advice.zh}`,
    }
  return { en: error.message, zh: error.message }
}

const complain = (words: Words): void => {
  const line = speaksChinese() ? words.zh : words.en
  process.stderr.write(`${line.replaceAll(/\s+/g, ' ')}\n`)
  process.exitCode = 1
}

/** The environment of the process takes precedence. */
export const readEnvFile = (): void => {
  try {
    const bytes = readFileSync('.env')
    // Editors on Windows begin a file with a mark, which `process.loadEnvFile()` takes for a part of the first name.
    const text = new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-8').decode(bytes)
    for (const [name, value] of Object.entries(parseEnv(text))) process.env[name] ??= value
  } catch (error) {
    const { code, message } = error as KnownError
    // Without the file, the environment has the settings.
    if (code === 'ENOENT') return
    throw new StartError(
      {
        en: `.env cannot be read (${message}): mend or delete it`,
        zh: `无法读取 .env（${message}）：请修复或删除`,
      },
      error,
    )
  }
}

/** Runs the program. What keeps it from starting is one line in the language of the terminal, and exit code 1. */
export const start = async (run: () => Promise<void>): Promise<void> => {
  const { node } = process.versions
  const [major = 0, minor = 0] = node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    complain({
      en: `this bot needs Node 20.19 or newer, and this is Node ${node}: install a newer one from https://nodejs.org`,
      zh: `机器人需要 Node 20.19 或更新版本，当前为 Node ${node}：请从 https://nodejs.org 安装新版本`,
    })
    return
  }
  try {
    readEnvFile()
    await run()
  } catch (error) {
    complain(explain(error as KnownError))
  }
}
