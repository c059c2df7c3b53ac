import type { Advice } from '@qqkit/core'
import { adviceFor, adviceForToken, tokenCodes, tokenPrefix } from '@qqkit/protocol'

import type { Settings } from '../settings/settings.js'
import { ask, type HttpAnswer, type NoAnswer } from '../http/ask.js'
import { fault, type Finding, ok, warning } from './finding.js'

/** What the calls of an examination share. */
export interface Platform {
  readonly settings: Settings
  readonly signal: AbortSignal
  /** Wall ms. */
  readonly now: () => number
}

const isAnswer = (one: HttpAnswer | NoAnswer): one is HttpAnswer => 'status' in one

const noAnswer = (check: Finding['check'], url: string, { failed, next }: NoAnswer): Finding => {
  const { host } = new URL(url)
  return fault(
    check,
    { en: `${host} does not answer: ${failed.en}`, zh: `${host} 没有回应：${failed.zh}` },
    next,
  )
}

const codeOf = ({ json }: HttpAnswer): number => Number(json?.['code'] ?? json?.['err_code'] ?? 0)

const shown = ({ status, json, text }: HttpAnswer): string => {
  const message = json?.['message'] ?? text
  return `HTTP ${status} ${typeof message === 'string' ? message.replaceAll(/\s+/g, ' ').slice(0, 120) : ''}`.trim()
}

const OUTAGE: Advice = {
  en: 'Try again in a minute; the platform may have an outage.',
  zh: '请一分钟后重试，平台可能有故障。',
}

const NOT_ON_LIST = 11298

/** The address that the platform saw, where its message tells. */
const addressIn = ({ text }: HttpAnswer): string | null =>
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/.exec(text)?.[0] ?? null

const notOnList = (answer: HttpAnswer): Finding => {
  const address = addressIn(answer)
  const advice = adviceFor(NOT_ON_LIST)
  return fault(
    'address list',
    {
      en: `the address of this machine${address ? ` (${address})` : ''} is not on the IP allow list of the bot (${NOT_ON_LIST})`,
      zh: `本机地址${address ? `（${address}）` : ''}不在机器人的 IP 白名单中（${NOT_ON_LIST}）`,
    },
    address
      ? {
          en: `Add ${address} to the IP allow list in the console, or empty the list.`,
          zh: `请在管理端的 IP 白名单中加入 ${address}，或清空白名单。`,
        }
      : advice,
  )
}

const HOUR = 3_600_000

/** Most ms between the clocks: a webhook refuses pushes beyond five minutes. */
const CLOCK = { noted: 60_000, wrong: 300_000 }

const checkClock = (date: number, now: number): Finding => {
  const ahead = now - date
  const seconds = Math.round(Math.abs(ahead) / 1000)
  if (Math.abs(ahead) < CLOCK.noted) return ok('clock', { en: 'right', zh: '准确' })
  const text: Advice = {
    en: `the clock of this machine is ${seconds} s ${ahead > 0 ? 'fast' : 'slow'}`,
    zh: `本机时钟${ahead > 0 ? '快' : '慢'}了 ${seconds} 秒`,
  }
  const next: Advice = {
    en: 'Synchronise it, e.g. "timedatectl set-ntp true". A webhook takes signatures of the last five minutes.',
    zh: '请校准时间，例如“timedatectl set-ntp true”。webhook 只接受五分钟内的签名。',
  }
  return Math.abs(ahead) < CLOCK.wrong ? warning('clock', text, next) : fault('clock', text, next)
}

/** Whether the hosts of the API answer, and what time they have. */
export const checkHosts = async ({ settings, signal, now }: Platform): Promise<readonly Finding[]> => {
  const answers = await Promise.all(
    settings.apiUrls.map(async (url, index): Promise<readonly Finding[]> => {
      const answer = await ask(`${url}/gateway`, { signal })
      const { host } = new URL(url)
      if (isAnswer(answer)) {
        const clock = index === 0 && answer.date !== null ? [checkClock(answer.date, now())] : []
        return [ok('hosts', { en: `${host} answers`, zh: `${host} 有回应` }), ...clock]
      }
      const finding = noAnswer('hosts', url, answer)
      // The bot uses the first one.
      return [index === 0 ? finding : { ...finding, level: 'warning' }]
    }),
  )
  return answers.flat()
}

/** A token, or why there is none. */
export const checkToken = async ({
  settings: { tokenUrl, appId, secret },
  signal,
}: Platform): Promise<{ readonly token: string | null; readonly finding: Finding }> => {
  const answer = await ask(tokenUrl, { signal, body: JSON.stringify({ appId, clientSecret: secret }) })
  if (!isAnswer(answer)) return { token: null, finding: noAnswer('token', tokenUrl, answer) }
  const token = answer.json?.['access_token']
  if (typeof token === 'string' && token !== '') {
    const hours = (Number(answer.json?.['expires_in']) * 1000) / HOUR
    const life = Number.isFinite(hours) ? Math.round(hours * 10) / 10 : null
    return {
      token,
      finding: ok('token', {
        en: `granted${life === null ? '' : ` for ${life} h`}`,
        zh: `已获取${life === null ? '' : `，有效期 ${life} 小时`}`,
      }),
    }
  }
  const code = codeOf(answer)
  if (code === NOT_ON_LIST) return { token: null, finding: notOnList(answer) }
  const meaning = code === 0 ? undefined : tokenCodes[code]?.meaning
  return {
    token: null,
    finding: fault(
      'token',
      {
        en: `refused: ${code ? `${code} ` : ''}${meaning?.en ?? shown(answer)}`,
        zh: `被拒绝：${code ? `${code} ` : ''}${meaning?.zh ?? shown(answer)}`,
      },
      code === 0 ? OUTAGE : adviceForToken(code),
    ),
  }
}

/** Where the gateway is, and how many sessions a day has left. */
export interface GatewayFacts {
  readonly url: string
  readonly remaining: number
  /** Sessions that may begin within five seconds. */
  readonly atOnce: number
}

/** Fewer sessions than this, and a bot that reconnects often may stay out until the count is renewed. */
const FEW_SESSIONS = 20

/** Asks for the gateway. The allow list of addresses holds for this call too. */
export const checkGateway = async (
  { settings, signal }: Platform,
  token: string,
): Promise<{ readonly gateway: GatewayFacts | null; readonly findings: readonly Finding[] }> => {
  const [base = ''] = settings.apiUrls
  const headers = { authorization: tokenPrefix + token, 'x-union-appid': settings.appId }
  const answer = await ask(`${base}/gateway/bot`, { signal, headers })
  if (!isAnswer(answer)) return { gateway: null, findings: [noAnswer('gateway', base, answer)] }
  const code = codeOf(answer)
  if (code === NOT_ON_LIST) return { gateway: null, findings: [notOnList(answer)] }
  const url = answer.json?.['url']
  if (typeof url !== 'string' || !/^wss?:\/\//.test(url))
    return {
      gateway: null,
      findings: [
        fault(
          'gateway',
          { en: `no address in the answer: ${shown(answer)}`, zh: `回应中没有网关地址：${shown(answer)}` },
          code === 0
            ? {
                en: 'Try again in a minute; the platform may have an outage.',
                zh: '请一分钟后重试，平台可能有故障。',
              }
            : adviceFor(code),
        ),
      ],
    }
  const limit = (answer.json?.['session_start_limit'] ?? {}) as Readonly<Record<string, unknown>>
  const remaining = Number(limit['remaining'] ?? Infinity)
  const minutes = Math.ceil(Number(limit['reset_after'] ?? 0) / 60_000)
  const allowed = ok('address list', {
    en: 'lets this machine in, or is empty',
    zh: '允许本机访问，或未设置',
  })
  const few: Advice = {
    en: `${remaining} new sessions are left for ${minutes} min`,
    zh: `接下来 ${minutes} 分钟内还可建立 ${remaining} 个会话`,
  }
  const next: Advice = {
    en: 'Something connects again and again: keep the session in a store, and stop other copies of the bot.',
    zh: '有程序在反复连接：请用 session store 保存会话，并停止机器人的其他副本。',
  }
  const sessions =
    remaining <= 0
      ? [fault('gateway', few, next)]
      : remaining < FEW_SESSIONS
        ? [warning('gateway', few, next)]
        : []
  return {
    gateway: remaining <= 0 ? null : { url, remaining, atOnce: Number(limit['max_concurrency'] ?? 1) || 1 },
    findings: [allowed, ...sessions],
  }
}
