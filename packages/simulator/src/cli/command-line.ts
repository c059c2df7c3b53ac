import type { Advice } from '@qqkit/core'
import { CommandError, explainRefusal, type Language } from '@qqkit/core/internal'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'

import { checkSwitch } from '../live/check-live.js'
import { liveSwitches } from '../core/rules/live-switches.js'
import type { LiveName, LiveSettings } from '../core/rules/live-settings.js'

/** The command line, checked. */
export interface CommandLine {
  readonly port: number
  readonly host?: string
  readonly appid?: string
  readonly secret?: string
  readonly webhook?: string
  /** A file, or the name of an incident. */
  readonly scenario?: string
  readonly live: Partial<LiveSettings>
  readonly record?: string
  readonly replay?: string
  /** Whether texts of messages may be printed and recorded. */
  readonly contents: boolean
  readonly open: boolean
}

/** What the arguments ask for. */
export type Request =
  | { readonly kind: 'start'; readonly line: CommandLine }
  | { readonly kind: 'print'; readonly text: string }

/** The port without the option: one that stays the same, so that a bot's settings do. */
export const DEFAULT_PORT = 4790

/** Each option once, for the parser and for the help. */
const options: readonly (readonly [flags: string, what: Advice])[] = [
  [
    '--port <number>',
    {
      en: `port; 0 for any free one (default ${DEFAULT_PORT})`,
      zh: `端口；0 表示任选空闲端口（默认 ${DEFAULT_PORT}）`,
    },
  ],
  ['--host <address>', { en: 'address to listen on (default 127.0.0.1)', zh: '监听地址（默认 127.0.0.1）' }],
  [
    '--appid <digits>',
    { en: 'AppID of the bot (default: a test id)', zh: '机器人的 AppID（默认使用测试值）' },
  ],
  [
    '--secret <text>',
    { en: 'AppSecret of the bot (default: a test secret)', zh: '机器人的 AppSecret（默认使用测试值）' },
  ],
  [
    '--webhook <url>',
    {
      en: 'push events to this address, instead of the gateway',
      zh: '把事件推送到该地址，不走 WebSocket 网关',
    },
  ],
  [
    '--scenario <file|name>',
    {
      en: 'play a scenario: a JSON file, or the name of an incident',
      zh: '播放场景：JSON 文件，或事故的名字',
    },
  ],
  [
    '--live <name=value>',
    {
      en: 'set a live switch, repeatable; "--live list" prints them',
      zh: '设置线上开关，可重复；"--live list" 列出全部',
    },
  ],
  [
    '--record <file>',
    {
      en: 'save the conversation at the end: .json, or a test (.test.ts, .test.js, .test.mjs)',
      zh: '结束时保存对话：.json，或测试文件（.test.ts、.test.js、.test.mjs）',
    },
  ],
  [
    '--replay <file>',
    { en: 'play a recorded conversation again, and compare the replies', zh: '重放录制的对话，并比较回复' },
  ],
  ['--no-contents', { en: 'print and record no texts of messages', zh: '不打印、不录制消息内容' }],
  ['--open', { en: 'open the page in the browser', zh: '在浏览器中打开页面' }],
  ['--lang <language>', { en: 'en or zh (default: LANG)', zh: 'en 或 zh（默认取自 LANG）' }],
]

const about: Advice = {
  en: 'A QQ platform on this machine: run, test and break a bot without an account.',
  zh: '本机上的 QQ 平台：无需账号即可运行、测试、故障演练机器人。',
}

const helpTexts: Readonly<
  Record<
    Language,
    { readonly usage: string; readonly options: string; readonly help: string; readonly version: string }
  >
> = {
  en: { usage: 'Usage:', options: 'Options:', help: 'print this help', version: 'print the version' },
  zh: { usage: '用法：', options: '选项：', help: '显示帮助', version: '显示版本' },
}

/** The switches with their values and their meaning. */
const listSwitches = (language: Language): string =>
  Object.entries(liveSwitches)
    .map(([name, { values, number, what }]) => {
      const taken = [...values, ...(number === null ? [] : [language === 'zh' ? '数字' : 'a number'])]
      return `${name}=${taken.join('|')}\n    ${what[language]}`
    })
    .join('\n')

const isLiveName = (name: string): name is LiveName => Object.hasOwn(liveSwitches, name)

const switchIn = (pair: string): readonly [LiveName, string | number] => {
  const [name = '', value = ''] = pair.split(/=(.*)/s)
  const list: Advice = { en: 'See "--live list".', zh: '可用 "--live list" 查看全部。' }
  if (!isLiveName(name)) {
    const known = Object.keys(liveSwitches).join(', ')
    throw new CommandError({
      en: `--live: there is no switch "${name}". ${list.en} Known: ${known}`,
      zh: `--live：没有名为“${name}”的开关。${list.zh}已有：${known}`,
    })
  }
  const { values, number } = liveSwitches[name]
  const given = number !== null && /^\d+$/.test(value) ? Number(value) : value
  try {
    checkSwitch(name, given)
  } catch (cause) {
    const right = [...values, ...(number === null ? [] : [`<${number}>`])].join(', ')
    throw new CommandError(
      {
        en: `--live ${name}: ${value === '' ? 'the value is missing' : `there is no value "${value}"`}; give one of ${right}, e.g. --live ${name}=${values[0]}`,
        zh: `--live ${name}：${value === '' ? '缺少取值' : `没有取值“${value}”`}；请使用 ${right} 之一，例如 --live ${name}=${values[0]}`,
      },
      cause,
    )
  }
  return [name, given]
}

const readPort = (text: string): number => {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('port')
}

const checkAppId = (text: string): string => {
  if (/^\d+$/.test(text)) return text
  throw new InvalidArgumentError('appid')
}

const checkUrl = (text: string): string => {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text
  throw new InvalidArgumentError('url')
}

const checkLanguage = (text: string): string => {
  if (text === 'en' || text === 'zh') return text
  throw new InvalidArgumentError('lang')
}

const valueAdvice: Readonly<Record<string, Advice>> = {
  '--port': {
    en: 'give a port from 0 (any free one) to 65535',
    zh: '请给出 0（任选空闲端口）到 65535 之间的端口',
  },
  '--appid': { en: 'give the AppID, digits only', zh: 'AppID 应为纯数字' },
  '--webhook': {
    en: 'give the whole address, e.g. http://127.0.0.1:8080/webhook',
    zh: '请给出完整地址，例如 http://127.0.0.1:8080/webhook',
  },
  '--lang': { en: 'give en or zh', zh: '请给出 en 或 zh' },
}

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  '--port': readPort,
  '--appid': checkAppId,
  '--webhook': checkUrl,
  '--lang': checkLanguage,
}

const program = (language: Language, version: string): Command => {
  const words = helpTexts[language]
  const command = new Command('npx @qqkit/simulator')
    .description(about[language])
    .usage('[options]')
    .version(version, '--version', words.version)
    .helpOption('--help', words.help)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .configureHelp({
      styleTitle: (title) =>
        title.startsWith('Usage') ? words.usage : title.startsWith('Options') ? words.options : title,
    })
  for (const [flags, what] of options) {
    const option = new Option(flags, what[language])
    const name = option.long ?? ''
    if (name === '--live')
      option.argParser((pair: string, sum: string[] | undefined) => [...(sum ?? []), pair])
    else if (option.required)
      option.argParser((value: string): unknown => {
        // Its shell variable is not set.
        if (value === '')
          throw new CommanderError(1, 'commander.optionMissingArgument', `option '${flags}' is empty`)
        return parsers[name]?.(value) ?? value
      })
    command.addOption(option)
  }
  return command
}

/**
 * Reads the arguments.
 *
 * @throws CommandError whose text is one line with the next step
 */
export const readCommandLine = (args: readonly string[], language: Language, version: string): Request => {
  const command = program(language, version)
  try {
    command.parse(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.helpDisplayed')
      return { kind: 'print', text: command.helpInformation().trimEnd() }
    if (error.code === 'commander.version') return { kind: 'print', text: version }
    throw explainRefusal(error, valueAdvice)
  }
  const {
    lang: _lang,
    live: pairs = [],
    port = DEFAULT_PORT,
    open = false,
    ...rest
  } = command.opts<
    Omit<CommandLine, 'live' | 'port' | 'open'> & {
      lang?: string
      live?: readonly string[]
      port?: number
      open?: boolean
    }
  >()
  if (pairs.includes('list')) return { kind: 'print', text: listSwitches(language) }
  const live = Object.fromEntries(pairs.map(switchIn)) as Partial<LiveSettings>
  return { kind: 'start', line: { ...rest, open, port, live } }
}
