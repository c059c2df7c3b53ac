import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { Advice } from '@qqkit/core'
import type { SocketSimulator } from '@qqkit/simulator'

import { type AnyCommand, command } from '../terminal/command.js'
import { type BotFile, botFileIn, isWatched, ownFolderOf } from './bot-file.js'
import { adviceOn, BotProcess, environmentOf, type Preloads } from './bot-process.js'

interface DevOptions {
  readonly port?: number
  readonly contents: boolean
  readonly open?: boolean
}

/** What `dev` uses of the world. */
export interface DevDeps {
  readonly preloads: () => Preloads
  /** Starts a platform on a port. @throws CommandError for a port that cannot be had */
  readonly platform: (port: number | undefined) => Promise<SocketSimulator>
  readonly open: (url: string) => void
}

/** ms in which several changes are one: an editor writes a file in steps. */
const SETTLE = 100

const WORDS = {
  page: { en: 'Talk to the bot here:', zh: '请在浏览器中打开，与机器人对话：' },
  credentials: {
    en: 'It has the AppID %s; the bot gets that and a test secret as QQ_APP_ID and QQ_APP_SECRET.',
    zh: '机器人会通过 QQ_APP_ID 和 QQ_APP_SECRET 得到测试用的 AppID %s 和密钥。',
  },
  bot: {
    en: 'The bot is %s; it starts again when its files change. Ctrl-C stops.',
    zh: '机器人为 %s，文件改动后会自动重启。按 Ctrl-C 停止。',
  },
  other: {
    en: '%s does not run on Node: start it yourself, with these lines changed.',
    zh: '%s 不能用 Node 运行：请按下面的说明修改后自行启动。',
  },
  changed: { en: '%s has changed: the bot starts again', zh: '%s 有改动，正在重启机器人' },
  ended: {
    en: 'the bot ended (%s); it starts again when its files change',
    zh: '机器人已退出（%s），文件改动后会重新启动',
  },
  blind: {
    en: 'some files are not watched (%s): after a change there, save a file beside the bot',
    zh: '部分文件无法监视（%s）：改动后请再保存一次机器人旁边的文件',
  },
  stopped: { en: 'Stopped.', zh: '已停止。' },
} as const satisfies Record<string, Advice>

/** Resolves when the command has to end. */
const stopped = async (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

interface WatchEvents {
  /** The first of several changes. */
  readonly onChange: (file: string) => void
  /** Some files are not watched, as where the system allows no more watches. */
  readonly onBlind: (reason: string) => void
}

/** Watches the files of a project. Gives a function that ends it. */
const watchProject = async (
  bot: BotFile,
  { onChange, onBlind }: WatchEvents,
): Promise<() => Promise<void>> => {
  const { watch } = await import('chokidar')
  const { project } = bot
  const own = ownFolderOf(bot)
  let timer: NodeJS.Timeout | null = null
  const watcher = watch(project, {
    ignoreInitial: true,
    depth: bot.depth,
    ignored: (file, stats) => {
      const inside = path.relative(project, file)
      return inside !== '' && !isWatched(inside, stats?.isDirectory() ?? true, own)
    },
  })
  watcher.on('all', (_, file) => {
    const inside = path.relative(project, file)
    if (timer !== null || !isWatched(inside, false, own)) return
    timer = setTimeout(() => {
      timer = null
      onChange(inside)
    }, SETTLE)
  })
  let blind = false
  watcher.on('error', (error) => {
    if (!blind) onBlind(error instanceof Error ? error.message : String(error))
    blind = true
  })
  await new Promise<void>((resolve) => watcher.once('ready', resolve))
  return async () => {
    await watcher.close()
    if (timer !== null) clearTimeout(timer)
  }
}

/** `qqkit dev`: the simulator with its page around a bot. */
export const devCommand = ({ preloads, platform, open }: DevDeps): AnyCommand =>
  command<DevOptions>({
    name: 'dev',
    what: {
      en: 'run a bot on a QQ platform of this machine, and start it again when it changes',
      zh: '在本机的 QQ 平台上运行机器人，改动后自动重启',
    },
    argument: {
      name: '[file]',
      what: {
        en: 'file or folder of the bot (default: this folder, with src/main.ts and the like)',
        zh: '机器人的文件或目录（默认当前目录中的 src/main.ts 等）',
      },
    },
    options: [
      {
        flags: '--port <number>',
        what: { en: 'port; 0 for any free one (default 4790)', zh: '端口；0 表示任选空闲端口（默认 4790）' },
        read: (text) => (/^\d+$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
        advice: {
          en: 'give a port from 0 (any free one) to 65535',
          zh: '请给出 0（任选空闲端口）到 65535 之间的端口',
        },
      },
      { flags: '--no-contents', what: { en: 'print no texts of messages', zh: '不打印消息内容' } },
      { flags: '--open', what: { en: 'open the page in the browser', zh: '在浏览器中打开页面' } },
    ],
    run: async (named, options, around) => {
      const { language, print, signal } = around
      const say = (text: Advice, word: string = ''): void => print(text[language].replace('%s', word))
      const bot = botFileIn(around.cwd, named)
      // Loaded here: the other commands need no server.
      const { guide, lineOf } = await import('@qqkit/simulator/cli')
      const sim = await platform(options.port)
      sim.subscribe((entry) => {
        const line = lineOf(entry, language, options.contents)
        if (line !== null) print(line)
      })
      if (bot === null) {
        say(WORDS.other, named)
        for (const line of guide(sim, language, {})) print(line)
        if (options.open) open(sim.url)
        await stopped(signal)
        await sim.close()
        say(WORDS.stopped)
        return 0
      }
      /** Says it on the page too, between the lines of the bot. */
      const tell = (text: Advice, word: string): void => {
        const line = text[language].replace('%s', word)
        print(`• ${line}`)
        sim.showOutput(line, 'dev')
      }
      say(WORDS.page)
      print(`  ${sim.url}`)
      say(WORDS.credentials, sim.credentials.appId)
      say(WORDS.bot, path.relative(around.cwd, bot.file))
      const data = mkdtempSync(path.join(tmpdir(), 'qqkit-dev-'))
      try {
        const child = new BotProcess(
          { bot, env: environmentOf(sim, { env: around.env, data }), ...preloads() },
          {
            onLine: (line, from) => {
              print(`bot │ ${line}`)
              sim.showOutput(line, from)
            },
            onEnd: (how, errors) => {
              tell(WORDS.ended, how)
              const advice = adviceOn(how, errors)
              if (advice) tell(advice, '')
            },
          },
        )
        const unwatch = await watchProject(bot, {
          onChange: (file) => {
            tell(WORDS.changed, file)
            void child.restart()
          },
          onBlind: (reason) => tell(WORDS.blind, reason),
        })
        await child.restart()
        if (options.open) open(sim.url)
        await stopped(signal)
        await unwatch()
        await child.stop()
        await sim.close()
      } finally {
        rmSync(data, { recursive: true, force: true })
      }
      say(WORDS.stopped)
      return 0
    },
  })
