import { homedir } from 'node:os'
import process from 'node:process'

import type { Advice } from '@qqkit/core'
import { Intent, type IntentName } from '@qqkit/protocol'

import type { DevDeps } from '../dev/dev.js'
import { readSettings, type Settings } from '../settings/settings.js'
import type { Around } from '../terminal/around.js'
import { type AnyCommand, command } from '../terminal/command.js'
import type { Finding } from './finding.js'
import { intentsOf } from './bot-intents.js'
import { checkIntents, usualIntents } from './intent-checks.js'
import { checkLeading, checkProxy, checkSettings, checkStore, checkVersions } from './machine-checks.js'
import { checkGateway, checkHosts, checkToken } from './platform-checks.js'
import { checkRedis } from './redis-checks.js'
import { checkWebhook } from './webhook-checks.js'

interface DoctorOptions {
  readonly intents?: readonly IntentName[]
  readonly webhook?: string
  readonly store?: string
  readonly redis?: string
  readonly json?: boolean
  readonly report?: boolean
}

/** Time, which tests bring along, and what runs a bot. */
export interface DoctorDeps extends Pick<DevDeps, 'platform' | 'preloads'> {
  /** Wall ms. */
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
}

/** Looks at the platform; what depends on a failed step is left out. */
const examinePlatform = async (
  settings: Settings,
  { intents = usualIntents, webhook = settings.env['QQ_WEBHOOK_URL'] }: DoctorOptions,
  { signal, now, pause }: Pick<DoctorDeps, 'now' | 'pause'> & Pick<Around, 'signal'>,
): Promise<{ readonly findings: readonly Finding[]; readonly token: string | null }> => {
  const platform = { settings, signal, now }
  const hosts = await checkHosts(platform)
  const { token, finding } = await checkToken(platform)
  const { gateway, findings } =
    token === null ? { gateway: null, findings: [] } : await checkGateway(platform, token)
  const granted =
    token === null || gateway === null ? [] : await checkIntents(gateway, intents, { token, signal, pause })
  const called = webhook ? await checkWebhook(webhook, platform) : []
  return { findings: [...hosts, finding, ...findings, ...granted, ...called], token }
}

const MARKS = { ok: '✓', warning: '!', fault: '✗' } as const

const WORDS = {
  versions: { en: 'versions', zh: '版本' },
  settings: { en: 'settings', zh: '配置' },
  proxy: { en: 'proxy', zh: '代理' },
  store: { en: 'store', zh: '会话存储' },
  hosts: { en: 'hosts', zh: '主机' },
  clock: { en: 'clock', zh: '时钟' },
  token: { en: 'token', zh: '令牌' },
  'address list': { en: 'address list', zh: 'IP 白名单' },
  gateway: { en: 'gateway', zh: '网关' },
  intents: { en: 'intents', zh: 'intents' },
  webhook: { en: 'webhook', zh: 'webhook' },
  redis: { en: 'redis', zh: 'redis' },
} as const satisfies Record<Finding['check'], Advice>

const linesOf = (findings: readonly Finding[], language: keyof Advice): readonly string[] =>
  findings.flatMap(({ check, level, text, next }) => [
    `${MARKS[level]} ${WORDS[check][language]}${language === 'zh' ? '：' : ': '}${text[language]}`,
    ...(next ? [`  → ${next[language]}`] : []),
  ])

const passwordIn = (url: string | undefined): string =>
  url !== undefined && URL.canParse(url) ? decodeURIComponent(new URL(url).password) : ''

/** Takes secrets, and what names the person, out of a text. */
const redactor = (
  settings: Settings,
  token: string | null,
  redis: string | undefined,
): ((text: string) => string) => {
  const rows = [
    [settings.secret, '[secret]'],
    [token ?? '', '[token]'],
    [passwordIn(redis), '[password]'],
    [homedir(), '~'],
  ] as const
  return (text) =>
    rows.reduce((sum, [word, mark]) => (word.length > 3 ? sum.replaceAll(word, mark) : sum), text)
}

/** A text for an issue: no secret, no message, no address of a webhook; the AppID by its last digits. */
const reportOf = (findings: readonly Finding[], { appId }: Settings): readonly string[] => {
  const masked = (text: string): string =>
    appId.length > 4 ? text.replaceAll(appId, `…${appId.slice(-4)}`) : text
  return [
    '```',
    `qqkit doctor, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    ...linesOf(findings, 'en').map(masked),
    '```',
  ]
}

const intentsIn = (text: string): readonly IntentName[] | undefined => {
  const names = text.split(',').map((name) => name.trim().toUpperCase())
  return names.every((name): name is IntentName => Object.hasOwn(Intent, name)) ? names : undefined
}

/** `qqkit doctor`: says why nothing arrives. */
export const doctorCommand = (deps: DoctorDeps): AnyCommand =>
  command<DoctorOptions>({
    name: 'doctor',
    what: { en: 'say why nothing arrives', zh: '检查机器人收不到消息的原因' },
    argument: {
      name: '[file]',
      what: {
        en: 'file or folder of the bot, which runs for a moment to tell its intents',
        zh: '机器人的文件或目录，会短暂运行以得知它的 intents',
      },
    },
    options: [
      {
        flags: '--intents <names>',
        what: {
          en: 'intents that the bot asks for, with commas (default: those of the file, or those without an application)',
          zh: '机器人申请的 intents，用逗号分隔（默认：机器人文件的，或无需申请的）',
        },
        read: intentsIn,
        advice: {
          en: `give names with commas: ${Object.keys(Intent).join(', ')}`,
          zh: `请用逗号分隔名称：${Object.keys(Intent).join('、')}`,
        },
      },
      {
        flags: '--webhook <url>',
        what: {
          en: 'address of the webhook (default: QQ_WEBHOOK_URL)',
          zh: 'webhook 地址（默认取自 QQ_WEBHOOK_URL）',
        },
      },
      {
        flags: '--store <dir>',
        what: {
          en: 'folder of the session store (default: QQ_DATA, or data)',
          zh: '会话存储目录（默认取自 QQ_DATA，或 data）',
        },
      },
      {
        flags: '--redis <url>',
        what: {
          en: 'address of the Redis server of many processes (default: REDIS_URL)',
          zh: '多进程所用 Redis 服务器的地址（默认取自 REDIS_URL）',
        },
      },
      { flags: '--json', what: { en: 'print one line of JSON', zh: '输出一行 JSON' } },
      {
        flags: '--report',
        what: { en: 'print a text for an issue, without secrets', zh: '输出用于提交 issue 的文本，不含密钥' },
      },
    ],
    run: async (named, given, around) => {
      const { language, print, signal } = around
      const settings = readSettings(around)
      const own = [
        ...checkVersions(around),
        ...checkSettings(settings, around),
        ...checkLeading(settings.env),
        ...checkProxy(settings.env),
        ...checkStore(given.store ?? (settings.env['QQ_DATA'] || 'data'), around),
      ]
      const url = given.redis ?? settings.env['REDIS_URL']
      const whole = given.json || given.report
      /** Line by line: a host that is silent takes its time. */
      const show = (some: readonly Finding[], hide: (text: string) => string): void => {
        if (!whole) for (const line of linesOf(some, language)) print(hide(line))
      }
      show(own, redactor(settings, null, url))
      const read = named === undefined || given.intents ? null : await intentsOf(named, deps, around)
      const options = read && 'intents' in read ? { ...given, intents: read.intents } : given
      const usable = !own.some(({ check, level }) => check === 'settings' && level === 'fault')
      const { findings: platform, token } = usable
        ? await examinePlatform(settings, options, { ...deps, signal })
        : { findings: await checkHosts({ settings, signal, now: deps.now }), token: null }
      const redis = url
        ? await checkRedis({ url, asked: given.redis !== undefined }, { settings, cwd: around.cwd })
        : []
      signal.throwIfAborted()
      const later = [...(read && 'finding' in read ? [read.finding] : []), ...platform, ...redis]
      const findings = [...own, ...later]
      const redact = redactor(settings, token, url)
      show(later, redact)
      const good = findings.every(({ level }) => level !== 'fault')
      const code = good ? 0 : 1
      if (options.json) {
        const rows = findings.map(({ check, level, text, next }) => ({
          check,
          level,
          text: text[language],
          ...(next && { next: next[language] }),
        }))
        print(redact(JSON.stringify({ ok: good, findings: rows })))
        return code
      }
      if (options.report) for (const line of reportOf(findings, settings)) print(redact(line))
      return code
    },
  })
