import type { Language } from '@qqkit/core/internal'

import { isLoopback } from '../page/guard.js'
import type { SocketSimulator } from '../sockets/start-simulator.js'
import type { CommandLine } from './command-line.js'

const PAGES: Readonly<Record<Language, string>> = {
  en: 'https://github.com/qqkit/qqkit/blob/main/docs/guides/simulator.md#other-clients-and-languages',
  zh: 'https://github.com/qqkit/qqkit/blob/main/docs/guides/simulator.zh-CN.md#其他客户端与语言',
}

const titles: Readonly<
  Record<
    Language,
    Readonly<
      Record<
        | 'open'
        | 'everyone'
        | 'rest'
        | 'token'
        | 'gateway'
        | 'pushed'
        | 'old'
        | 'point'
        | 'any'
        | 'more'
        | 'stop',
        string
      >
    >
  >
> = {
  en: {
    open: 'QQ on this machine; open it in a browser to talk to the bot:',
    everyone: 'Careful: every machine that reaches the address of --host can use it.',
    rest: 'REST API',
    token: 'token',
    gateway: 'gateway',
    pushed: 'events go to the webhook',
    old: 'old token',
    point: 'Point a bot at it:',
    any: 'others: change the base address from https://api.sgroup.qq.com to the REST API, and that of tokens from https://bots.qq.com to the same.',
    more: 'Each client step by step:',
    stop: 'Ctrl-C stops.',
  },
  zh: {
    open: '本机上的 QQ 平台，用浏览器打开即可与机器人对话：',
    everyone: '注意：能访问 --host 地址的任何机器都可以使用它。',
    rest: 'REST 接口',
    token: '令牌接口',
    gateway: '网关',
    pushed: '事件推送到 webhook',
    old: '旧版令牌',
    point: '让机器人连接到它：',
    any: '其他客户端：把接口地址 https://api.sgroup.qq.com 和令牌地址 https://bots.qq.com 都换成上面的 REST 接口地址。',
    more: '各客户端的详细步骤：',
    stop: '按 Ctrl-C 停止。',
  },
}

/** The addresses, and how a bot of each client gets them. */
export const guide = (
  sim: SocketSimulator,
  language: Language,
  { host = '127.0.0.1', webhook }: Pick<CommandLine, 'host' | 'webhook'>,
): readonly string[] => {
  const words = titles[language]
  const { appId, secret, legacyToken } = sim.credentials
  const width =
    Math.max(...['AppSecret', words.rest, words.token, words.gateway, words.old].map((one) => one.length)) + 2
  const row = (name: string, value: string): string => `  ${name.padEnd(width)}${value}`
  const gateway =
    webhook === undefined ? `${sim.url.replace('http', 'ws')}/websocket` : `${words.pushed} ${webhook}`
  return [
    words.open,
    `  ${sim.url}`,
    ...(isLoopback(host) ? [] : [words.everyone]),
    '',
    row(words.rest, sim.url),
    row(words.token, sim.tokenUrl),
    row(words.gateway, gateway),
    row('AppID', appId),
    row('AppSecret', secret),
    row(words.old, `Bot ${appId}.${legacyToken}`),
    '',
    words.point,
    `  qqkit: new Bot({ appId: '${appId}', secret: '${secret}', baseUrl: '${sim.url}', tokenUrl: '${sim.tokenUrl}' })`,
    `  qq-guild-bot, qq-official-bot: QQ_SIMULATOR_URL=${sim.url} node --import @qqkit/simulator/redirect bot.js`,
    `  botgo: constant.APIDomain = "${sim.url}"; constant.TokenDomain = "${sim.url}"`,
    `  ${words.any}`,
    `  ${words.more} ${PAGES[language]}`,
    '',
    words.stop,
  ]
}
