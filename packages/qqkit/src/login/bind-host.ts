import { Buffer } from 'node:buffer'
import { createDecipheriv } from 'node:crypto'

import type { Advice } from '@qqkit/core'
import { CommandError } from '@qqkit/core/internal'

import { ask, type HttpAnswer, type NoAnswer } from '../http/ask.js'

/** The host of the binding (docs/protocol, §1.7). */
export const BIND_HOST = 'https://q.qq.com'

const CONSOLE: Advice = {
  en: 'The other way: create the bot at https://q.qq.com, and write QQ_APP_ID and QQ_APP_SECRET into .env',
  zh: '也可以在 https://q.qq.com 创建机器人，然后把 QQ_APP_ID 和 QQ_APP_SECRET 写入 .env',
}

/** A binding that did not succeed: why, and the way through the console. */
export const bindError = ({ en, zh }: Advice, cause?: unknown): CommandError =>
  new CommandError({ en: `${en}. ${CONSOLE.en}`, zh: `${zh}。${CONSOLE.zh}` }, cause)

const changed = (what: Advice): CommandError =>
  bindError({
    en: `the answers of QQ have changed (${what.en}); a newer qqkit may know them`,
    zh: `QQ 的接口已变化（${what.zh}），请尝试更新 qqkit`,
  })

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Checks the address of a host: https, or http on this machine.
 *
 * @throws CommandError
 */
export const checkHost = (address: string): string => {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname)))
    return url.origin
  throw new CommandError({
    en: '--host: give an https address; http is only for this machine',
    zh: '--host：请给出 https 地址；http 仅限本机',
  })
}

/** What came back of a task. */
export type BindState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'done'; readonly appId: string; readonly sealed: string; readonly owner: string }

type Data = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const APP_ID = /^[1-9]\d{0,19}$/
/** An id that can be printed and put into an address. */
const PLAIN = /^[\w.:=+/-]{1,256}$/

const dataOf = ({ status, json, text }: HttpAnswer): Data => {
  if (json === null) {
    const html = /^\s*</.test(text)
    throw bindError({
      en: html
        ? `QQ answered with a page in place of data (HTTP ${status}), which it does to what it takes for a robot`
        : `QQ answered with something other than data (HTTP ${status})`,
      zh: html
        ? `QQ 返回了网页而非数据（HTTP ${status}），可能把请求当成了机器程序`
        : `QQ 返回的不是数据（HTTP ${status}）`,
    })
  }
  const { retcode, msg, data } = json
  if (retcode === undefined) throw changed({ en: 'no retcode', zh: '没有 retcode' })
  if (retcode !== 0) {
    const said =
      `${JSON.stringify(retcode).slice(0, 20)} ${typeof msg === 'string' ? msg.replaceAll(/\p{C}/gu, ' ').slice(0, 100) : ''}`.trim()
    throw bindError({ en: `QQ refused: ${said}`, zh: `QQ 拒绝了请求：${said}` })
  }
  if (!isObject(data)) throw changed({ en: 'no data', zh: '没有 data' })
  return data
}

/** No answer at all, which may be a matter of seconds. */
export class HostSilent extends Error {
  readonly answer: NoAnswer

  constructor(answer: NoAnswer) {
    super(answer.failed.en)
    this.name = 'HostSilent'
    this.answer = answer
  }
}

const post = async (url: string, body: object, signal: AbortSignal): Promise<Data> => {
  const answer = await ask(url, {
    signal,
    headers: { accept: 'application/json' },
    body: JSON.stringify(body),
  })
  if ('failed' in answer) throw new HostSilent(answer)
  return dataOf(answer)
}

/** Begins a task under a key, and gives its id. */
export const beginTask = async (host: string, key: Uint8Array, signal: AbortSignal): Promise<string> => {
  const data = await post(
    `${host}/lite/create_bind_task`,
    { key: Buffer.from(key).toString('base64') },
    signal,
  )
  const id = data['task_id']
  if (typeof id === 'string' && PLAIN.test(id)) return id
  throw changed({ en: 'no task_id', zh: '没有 task_id' })
}

/** The address behind the code. */
export const linkOf = (host: string, task: string): string =>
  `${host}/qqbot/openclaw/connect.html?task_id=${encodeURIComponent(task)}&source=qqkit&_wv=2`

/** Looks at a task. Only `status` counts while it waits: the other fields may be there with empty values. */
export const pollTask = async (host: string, task: string, signal: AbortSignal): Promise<BindState> => {
  const data = await post(`${host}/lite/poll_bind_result`, { task_id: task }, signal)
  switch (data['status']) {
    case 0:
    case 1:
      return { kind: 'waiting' }
    case 3:
      return { kind: 'expired' }
    case 2: {
      const appId = String(data['bot_appid'])
      const { bot_encrypt_secret: sealed, user_openid: owner } = data
      if (APP_ID.test(appId) && typeof sealed === 'string' && typeof owner === 'string' && PLAIN.test(owner))
        return { kind: 'done', appId, sealed, owner }
      throw changed({ en: 'no credentials in the result', zh: '结果中没有凭据' })
    }
    default:
      throw changed({ en: 'an unknown status', zh: '未知的 status' })
  }
}

const IV = 12
const TAG = 16
/** What an AppSecret consists of: nothing that could add a line to a file. */
const SECRET = /^[\x21-\x7e]{1,256}$/

/**
 * Opens a secret: 12 bytes of IV, the encrypted text, 16 bytes of tag, under AES-256-GCM (docs/protocol, §1.7).
 *
 * @throws CommandError for a wrong tag: the answer was changed on its way
 */
export const openSecret = (sealed: string, key: Uint8Array): string => {
  const bytes = Buffer.from(sealed, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG })
    decipher.setAuthTag(bytes.subarray(-TAG))
    const text = Buffer.concat([decipher.update(bytes.subarray(IV, -TAG)), decipher.final()]).toString('utf8')
    if (bytes.length > IV + TAG && SECRET.test(text)) return text
  } catch {
    // A wrong tag; the cause would say no more.
  }
  throw bindError({
    en: 'the secret cannot be opened: the answer is damaged, or was changed on its way, so nothing was written',
    zh: '密钥无法解密：回应已损坏或在途中被修改，没有写入任何内容',
  })
}
