import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { decodeText } from '@qqkit/core/internal'

import { NAMES, type Settings } from '../settings/settings.js'
import type { Around } from '../terminal/around.js'
import { reasonOf } from '../terminal/reason.js'
import { fault, type Finding, ok, warning } from './finding.js'

type Place = Pick<Around, 'cwd'>

const readJson = (file: string): Readonly<Record<string, unknown>> | null => {
  try {
    return JSON.parse(decodeText(readFileSync(file))) as Readonly<Record<string, unknown>>
  } catch {
    return null
  }
}

/** The qqkit packages that a project declares, with the version in its `node_modules`; `null` for one that is not there. */
const installedIn = (cwd: string): ReadonlyMap<string, string | null> => {
  const manifest = readJson(path.join(cwd, 'package.json')) ?? {}
  const declared = Object.keys({
    ...(manifest['dependencies'] as object | undefined),
    ...(manifest['devDependencies'] as object | undefined),
  }).filter((name) => name === 'qqkit' || name.startsWith('@qqkit/'))
  return new Map(
    declared.map((name) => {
      const found = readJson(path.join(cwd, 'node_modules', name, 'package.json'))
      return [name, found === null ? null : String(found['version'])]
    }),
  )
}

/** Versions that belong together: equal up to the last number. */
const seriesOf = (version: string): string => version.split('.').slice(0, 2).join('.')

/** Node, and the packages of the project. */
export const checkVersions = ({ cwd }: Place): readonly Finding[] => {
  const installed = [...installedIn(cwd)]
  const missing = installed.filter(([, version]) => version === null).map(([name]) => name)
  if (missing.length > 0)
    return [
      fault(
        'versions',
        { en: `not installed: ${missing.join(', ')}`, zh: `尚未安装：${missing.join('、')}` },
        { en: 'Run "npm install" in this folder.', zh: '请在该目录中运行“npm install”。' },
      ),
    ]
  const versions = installed.map(([name, version]) => `${name} ${version}`)
  const all = [`Node ${process.versions.node}`, ...versions].join(', ')
  if (new Set(installed.map(([, version]) => seriesOf(version ?? ''))).size <= 1)
    return [ok('versions', { en: all, zh: all })]
  return [
    warning(
      'versions',
      { en: `versions that do not belong together: ${all}`, zh: `版本不一致：${all}` },
      {
        en: `Update all at once: npm install ${installed.map(([name]) => `${name}@latest`).join(' ')}`,
        zh: `请一起更新：npm install ${installed.map(([name]) => `${name}@latest`).join(' ')}`,
      },
    ),
  ]
}

const DIGITS = /^\d+$/

/** Variables that lead bots on qqkit away from QQ, without a trace in their code. */
const LEADING = ['QQKIT_API_URL', 'QQKIT_TOKEN_URL'] as const

/** Whether a variable of `qqkit dev` was left behind. */
export const checkLeading = (env: Around['env']): readonly Finding[] =>
  LEADING.filter((name) => env[name]).map((name) =>
    warning(
      'settings',
      {
        en: `${name} is set: bots on qqkit call ${env[name]} in place of QQ`,
        zh: `已设置 ${name}：使用 qqkit 的机器人会请求 ${env[name]}，而不是 QQ`,
      },
      { en: 'Remove it, unless you mean a simulator.', zh: '除非要连接模拟器，否则请删除该变量。' },
    ),
  )

/** The credentials, and the file that keeps them. */
export const checkSettings = (
  { appId, secret, file }: Pick<Settings, 'appId' | 'secret' | 'file'>,
  { cwd }: Place,
): readonly Finding[] => {
  const missing = [...(appId === '' ? [NAMES.appId] : []), ...(secret === '' ? [NAMES.secret] : [])]
  if (missing.length > 0) {
    const where =
      file === null ? { en: ', and there is no .env here', zh: '，且当前目录没有 .env' } : { en: '', zh: '' }
    return [
      fault(
        'settings',
        {
          en: `${missing.join(' and ')} not set${where.en}`,
          zh: `没有设置 ${missing.join(' 和 ')}${where.zh}`,
        },
        {
          en: 'Run "npx qqkit login", or write both into .env.',
          zh: '请运行“npx qqkit login”，或写入 .env。',
        },
      ),
    ]
  }
  if (!DIGITS.test(appId))
    return [
      fault(
        'settings',
        DIGITS.test(secret)
          ? { en: 'AppID and AppSecret look swapped', zh: 'AppID 与 AppSecret 似乎写反了' }
          : {
              en: `${NAMES.appId} is no AppID, which has only digits`,
              zh: `${NAMES.appId} 不是 AppID：AppID 只有数字`,
            },
        { en: 'Copy both from the console, https://q.qq.com.', zh: '请从管理端 https://q.qq.com 重新复制。' },
      ),
    ]
  const findings: Finding[] = []
  if (file !== null && process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    findings.push(
      warning(
        'settings',
        { en: '.env can be read by other users of this machine', zh: '本机其他用户可以读取 .env' },
        { en: 'Run "chmod 600 .env".', zh: '请运行“chmod 600 .env”。' },
      ),
    )
  const ignored = path.join(cwd, '.gitignore')
  const ignores = existsSync(ignored) && /^\/?\.env(?:\s*$|\*)/m.test(decodeText(readFileSync(ignored)))
  if (file !== null && existsSync(path.join(cwd, '.git')) && !ignores)
    findings.push(
      warning(
        'settings',
        { en: 'git does not ignore .env, which has the AppSecret', zh: 'git 没有忽略含有 AppSecret 的 .env' },
        { en: 'Add the line .env to .gitignore.', zh: '请在 .gitignore 中加入一行 .env。' },
      ),
    )
  return findings.length > 0
    ? findings
    : [ok('settings', { en: `AppID ${appId}, and a secret`, zh: `AppID ${appId}，已设置密钥` })]
}

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'] as const

/** The variables of a proxy. */
export const checkProxy = (env: Around['env']): readonly Finding[] => {
  const set = PROXIES.filter((name) => env[name])
  if (set.length === 0) return [ok('proxy', { en: 'no proxy is set', zh: '没有设置代理' })]
  const wrong = set.filter((name) => !/^https?:\/\/[^/]/i.test(env[name] ?? ''))
  if (wrong.length > 0)
    return wrong.map((name) =>
      fault(
        'proxy',
        {
          en: `${name} is no address with http:// or https:// at its beginning`,
          zh: `${name} 不是以 http:// 或 https:// 开头的地址`,
        },
        {
          en: `Write it whole, e.g. ${name}=http://127.0.0.1:7890`,
          zh: `请写完整，例如 ${name}=http://127.0.0.1:7890`,
        },
      ),
    )
  return [
    warning(
      'proxy',
      {
        en: `${set.join(', ')} set: a bot uses a proxy only with rest: { proxy: 'env' }, and this examination uses none`,
        zh: `已设置 ${set.join('、')}：机器人只有配置 rest: { proxy: 'env' } 才会使用代理，本次检查不经过代理`,
      },
      {
        en: 'If the hosts below cannot be reached, give the bot that option.',
        zh: '如果下面的主机无法访问，请为机器人加上该选项。',
      },
    ),
  ]
}

const cannotStore = (folder: string, cause: unknown): Finding => {
  const { en, zh } = reasonOf(cause)
  return fault(
    'store',
    { en: `the folder ${folder} cannot be written: ${en}`, zh: `无法写入目录 ${folder}：${zh}` },
    {
      en: 'Give the user of the bot the right to write there, or choose another folder. Without it a restart loses events.',
      zh: '请为运行机器人的用户授予写权限，或换一个目录；否则重启会丢失事件。',
    },
  )
}

/** The folder itself, or the nearest one above it that is there. */
const nearest = (folder: string): string =>
  lstatSync(folder, { throwIfNoEntry: false }) ? folder : nearest(path.dirname(folder))

/** Files of the session store, one per shard. */
const SESSION = /\.\d+-of-\d+\.json$|session[\w-]*\.json$/

/** The folder in which sessions outlive a restart. */
export const checkStore = (given: string, { cwd }: Place): readonly Finding[] => {
  const folder = path.resolve(cwd, given)
  try {
    const there = nearest(folder)
    // Tried, not looked up: rights are not all that counts (a disk may be read-only).
    const probe = path.join(there, `.qqkit-${process.pid}`)
    writeFileSync(probe, '', { flag: 'wx' })
    rmSync(probe)
    if (there !== folder) return [ok('store', { en: `${given} will be created`, zh: `${given} 会自动创建` })]
    const damaged = readdirSync(folder).filter((name) => {
      const file = path.join(folder, name)
      // To read a pipe would wait for its writer.
      return SESSION.test(name) && (!statSync(file).isFile() || readJson(file) === null)
    })
    if (damaged.length === 0) return [ok('store', { en: `${given} can be written`, zh: `${given} 可写` })]
    return damaged.map((name) =>
      warning(
        'store',
        {
          en: `the session in ${path.join(given, name)} is damaged`,
          zh: `${path.join(given, name)} 中的会话已损坏`,
        },
        {
          en: 'Delete the file: the bot begins a new session. Events since the last stop are lost.',
          zh: '请删除该文件：机器人会建立新会话，上次停止之后的事件会丢失。',
        },
      ),
    )
  } catch (error) {
    return [cannotStore(given, error)]
  }
}
