import { randomBytes } from 'node:crypto'
import path from 'node:path'

import type { Advice } from '@qqkit/core'
import { CommandError } from '@qqkit/core/internal'
import { encodeQR } from 'qr'

import { readEnvFile, writeEnvFile } from '../settings/env-file.js'
import { NAMES } from '../settings/settings.js'
import type { Around } from '../terminal/around.js'
import { type AnyCommand, command } from '../terminal/command.js'
import {
  beginTask,
  BIND_HOST,
  bindError,
  type BindState,
  checkHost,
  HostSilent,
  linkOf,
  openSecret,
  pollTask,
} from './bind-host.js'

interface LoginOptions {
  readonly yes?: boolean
  readonly env?: string
  readonly host?: string
  readonly json?: boolean
}

/** Time, which tests bring along. */
export interface LoginDeps {
  readonly pause: (ms: number) => Promise<void>
}

/** ms between two looks (docs/protocol, §1.7). */
const INTERVAL = 2000
/** Looks at one code: ten minutes, after which a code is given up like an expired one. */
const MOST_LOOKS = 300
const MOST_CODES = 3
/** Looks in a row without an answer. */
const MOST_SILENT = 5

const WORDS = {
  warning: {
    en: 'Careful: if you choose an existing bot, QQ may renew its AppSecret, and a deployment that runs with the old one stops.',
    zh: '注意：如果选择已有的机器人，QQ 可能会更换它的 AppSecret，正在使用旧密钥运行的部署会停止工作。',
  },
  scan: {
    en: 'Scan this code with QQ on your phone, or open the link there. Ctrl-C stops.',
    zh: '请用手机 QQ 扫描二维码，或在手机上打开链接。按 Ctrl-C 停止。',
  },
  narrow: {
    en: 'This window is too narrow for the code, which takes %s columns: widen it and begin again, or open the link on the phone.',
    zh: '窗口太窄，二维码需要 %s 列：请加宽窗口后重试，或在手机上打开链接。',
  },
  waiting: { en: 'Waiting for the scan …', zh: '等待扫码……' },
  again: { en: 'The code has expired; here is a new one.', zh: '二维码已过期，请扫描新的二维码。' },
  nothing: { en: 'Nothing was written.', zh: '没有写入任何内容。' },
} as const satisfies Record<string, Advice>

/** White on black whatever the colours of the terminal are: not every scanner reads the inverse. */
const drawn = (link: string, { language, prompts, columns }: Around): readonly string[] => {
  const lines = encodeQR(link, 'ascii').trimEnd().split('\n')
  const width = Math.max(...lines.map(({ length }) => length))
  // Broken lines cannot be scanned.
  if (width > columns) return [WORDS.narrow[language].replace('%s', String(width))]
  return lines.map((line) => (prompts ? `\u001B[97;40m${line}\u001B[0m` : line))
}

type Done = Extract<BindState, { readonly kind: 'done' }>

const silent = ({ answer: { failed } }: HostSilent): CommandError =>
  bindError({ en: `QQ does not answer: ${failed.en}`, zh: `QQ 没有回应：${failed.zh}` })

/** Looks at a task until it is done or expired; `null` after the latter. */
const result = async (
  host: string,
  task: string,
  { signal, pause }: LoginDeps & Pick<Around, 'signal'>,
): Promise<Done | null> => {
  let unanswered = 0
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    await pause(INTERVAL)
    try {
      const state = await pollTask(host, task, signal)
      if (state.kind === 'done') return state
      if (state.kind === 'expired') return null
      unanswered = 0
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof HostSilent)) throw error
      unanswered += 1
      if (unanswered >= MOST_SILENT) throw silent(error)
    }
  }
  return null
}

/** What a scan gave. */
interface Credentials {
  readonly appId: string
  readonly secret: string
  readonly owner: string
}

type Show = (link: string, renewed: boolean) => void

/** Shows codes, each with a key of its own, until one is scanned. */
const scanned = async (
  host: string,
  show: Show,
  deps: LoginDeps & Pick<Around, 'signal'>,
): Promise<Credentials> => {
  for (let code = 0; code < MOST_CODES; code += 1) {
    const key = randomBytes(32)
    let task: string
    try {
      task = await beginTask(host, key, deps.signal)
    } catch (error) {
      throw error instanceof HostSilent ? silent(error) : error
    }
    show(linkOf(host, task), code > 0)
    const done = await result(host, task, deps)
    if (done) return { appId: done.appId, secret: openSecret(done.sealed, key), owner: done.owner }
  }
  throw bindError({
    en: `no one scanned ${MOST_CODES} codes in time`,
    zh: `${MOST_CODES} 个二维码都已过期，没有扫码`,
  })
}

/** Whether the person wants the credentials in the file. */
const confirmed = async (
  { appId, owner }: Credentials,
  { file, stored, yes }: { readonly file: string; readonly stored: boolean; readonly yes: boolean },
  { prompts, language }: Around,
): Promise<boolean> => {
  if (!prompts) return yes
  const zh = language === 'zh'
  const mine = zh
    ? `机器人 ${appId}，扫码人 ${owner}。是您本人扫码绑定的吗？写入 ${file}？`
    : `Bot ${appId}, scanned by ${owner}. Was that you? Write it to ${file}?`
  if (!(await prompts.confirm(mine, true))) return false
  if (!stored) return true
  const over = zh ? `${file} 中已有 AppSecret，要覆盖吗？` : `${file} has an AppSecret already. Overwrite it?`
  return (await prompts.confirm(over, false)) ?? false
}

/** `qqkit login`: the credentials of a bot, by a scan with QQ. */
export const loginCommand = (deps: LoginDeps): AnyCommand =>
  command<LoginOptions>({
    name: 'login',
    what: { en: 'connect a bot by scanning a code with QQ', zh: '用 QQ 扫码绑定机器人' },
    options: [
      {
        flags: '--yes',
        what: {
          en: 'without a terminal: take the bot of whoever scans',
          zh: '没有终端时：接受扫码得到的机器人',
        },
      },
      {
        flags: '--env <file>',
        what: { en: 'file for the credentials (default .env)', zh: '写入凭据的文件（默认 .env）' },
      },
      {
        flags: '--host <url>',
        what: { en: `host of the binding (default ${BIND_HOST})`, zh: `绑定服务的主机（默认 ${BIND_HOST}）` },
      },
      { flags: '--json', what: { en: 'print lines of JSON', zh: '输出 JSON 行' } },
    ],
    run: async (_, { yes = false, env = '.env', host: given = BIND_HOST, json = false }, around) => {
      const { language, print, prompts, signal, cwd } = around
      const host = checkHost(given)
      if (!prompts && !yes)
        throw new CommandError({
          en: 'no terminal is here to confirm the bot: give --yes to take it unseen',
          zh: '没有终端可供确认：请使用 --yes 直接接受',
        })
      const file = path.resolve(cwd, env)
      const stored = Boolean(readEnvFile(file)[NAMES.secret])
      if (!prompts && stored)
        throw new CommandError({
          en: `${env} has an AppSecret already, and no terminal is here to ask. Remove it, or give another file with --env`,
          zh: `${env} 中已有 AppSecret，且没有终端可供询问。请先删除，或用 --env 指定其他文件`,
        })
      const show: Show = (link, renewed) => {
        if (json) return print(JSON.stringify({ kind: 'code', link }))
        if (renewed) print(WORDS.again[language])
        print(WORDS.scan[language])
        for (const line of drawn(link, around)) print(line)
        print(link)
        print(WORDS.waiting[language])
      }
      if (!json) print(WORDS.warning[language])
      try {
        const credentials = await scanned(host, show, { ...deps, signal })
        const { appId, secret, owner } = credentials
        if (!(await confirmed(credentials, { file: env, stored, yes }, around))) {
          around.complain(WORDS.nothing[language])
          return 1
        }
        writeEnvFile(file, { [NAMES.appId]: appId, [NAMES.secret]: secret })
        if (json) print(JSON.stringify({ kind: 'bound', appId, owner, file }))
        else
          print(
            language === 'zh'
              ? `机器人 ${appId} 已写入 ${env}。接下来：启动机器人，在 QQ 中与它对话；收不到消息时运行 npx qqkit doctor。`
              : `Bot ${appId} is in ${env}. Next: start it and talk to it in QQ; "npx qqkit doctor" if nothing arrives.`,
          )
        return 0
      } catch (error) {
        if (!signal.aborted) throw error
        around.complain(WORDS.nothing[language])
        return 1
      }
    },
  })
