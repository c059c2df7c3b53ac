import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { CommandError } from '@qqkit/core/internal'

import type { Around } from '../terminal/around.js'
import { type AnyCommand, command } from '../terminal/command.js'
import { checkTypescriptPath } from '../terminal/typescript-path.js'
import { install, packageManagerOf } from './install.js'
import { nameFor, writeProject } from './write-project.js'

interface CreateOptions {
  readonly template?: string
  readonly js?: boolean
  readonly install: boolean
  readonly json?: boolean
}

const DEFAULT_FOLDER = 'qq-bot'
const DEFAULT_TEMPLATE = 'basic'

/**
 * The folder of a template.
 *
 * @throws CommandError that names the templates
 */
const templateIn = (
  templates: string,
  { template = DEFAULT_TEMPLATE, js = false }: CreateOptions,
): string => {
  const known = readdirSync(templates)
  if (known.includes(template)) return path.join(templates, template, js ? 'js' : 'ts')
  throw new CommandError({
    en: `--template: there is no template "${template}"; give one of ${known.join(', ')}`,
    zh: `--template：没有名为“${template}”的模板；请使用 ${known.join('、')} 之一`,
  })
}

/** The script that one tries first. */
const firstScript = (folder: string): string => {
  const { scripts = {} } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    readonly scripts?: object
  }
  return 'dev' in scripts ? 'dev' : 'start'
}

/** A path as one word of a shell. */
const asWord = (text: string): string => (/^[\w./\\:~-]+$/.test(text) ? text : `"${text}"`)

const report = (
  folder: string,
  { manager, installed }: { readonly manager: string; readonly installed: boolean },
  { language, cwd }: Around,
): readonly string[] => {
  const shown = path.relative(cwd, folder) || '.'
  const zh = language === 'zh'
  const rows = [
    ...(shown === '.' ? [] : [[`cd ${asWord(shown)}`, '']]),
    ...(installed ? [] : [[`${manager} install`, '']]),
    [
      `${manager} run ${firstScript(folder)}`,
      zh ? '在本机的 QQ 平台上与机器人对话' : 'talk to it on a QQ platform of this machine',
    ],
    ['npx qqkit login', zh ? '扫码连接一个 QQ 机器人' : 'connect it to QQ by scanning a code'],
  ] as const
  const width = Math.max(...rows.map(([name = '']) => name.length)) + 3
  return [
    zh ? `已在 ${folder} 中创建机器人。接下来：` : `A bot is in ${folder}. Next:`,
    ...rows.map(([name = '', what = '']) => `  ${name.padEnd(what === '' ? 0 : width)}${what}`),
  ]
}

/** `qqkit create`: a project from a template of this package. */
export const createCommand = (templates: string): AnyCommand =>
  command<CreateOptions>({
    name: 'create',
    what: { en: 'make a project for a bot in a new folder', zh: '在新目录中创建机器人项目' },
    argument: {
      name: '[dir]',
      what: { en: `folder (default ${DEFAULT_FOLDER})`, zh: `目录（默认 ${DEFAULT_FOLDER}）` },
    },
    options: [
      {
        flags: '--template <name>',
        what: { en: 'basic, agent or webhook (default basic)', zh: 'basic、agent 或 webhook（默认 basic）' },
      },
      {
        flags: '--js',
        what: { en: 'JavaScript instead of TypeScript', zh: '使用 JavaScript，而非 TypeScript' },
      },
      { flags: '--no-install', what: { en: 'leave the packages to you', zh: '不安装依赖' } },
      { flags: '--json', what: { en: 'print one line of JSON', zh: '输出一行 JSON' } },
    ],
    run: async (dir = DEFAULT_FOLDER, options, around) => {
      const folder = path.resolve(around.cwd, dir)
      const template = templateIn(templates, options)
      if (!options.js) checkTypescriptPath(folder)
      const name = nameFor(folder)
      writeProject(template, { folder, name })
      const manager = packageManagerOf(around.env)
      const zh = around.language === 'zh'
      if (options.install) {
        if (!options.json)
          around.print(zh ? `正在用 ${manager} 安装依赖……` : `Installing packages with ${manager} …`)
        await install(manager, folder, around)
      }
      if (options.json)
        around.print(
          JSON.stringify({
            folder,
            name,
            template: path.relative(templates, template),
            installed: options.install,
          }),
        )
      else
        for (const line of report(folder, { manager, installed: options.install }, around)) around.print(line)
      return 0
    },
  })
