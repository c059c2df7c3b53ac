import { spawn } from 'node:child_process'
import process from 'node:process'

import type { Advice } from '@qqkit/core'
import { CommandError } from '@qqkit/core/internal'

import type { Around } from '../terminal/around.js'

/** A program that installs packages. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'

const INSTALL: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ['install', '--no-audit', '--no-fund', '--loglevel=error'],
  pnpm: ['install'],
  yarn: ['install'],
  bun: ['install'],
}

/** The package manager that runs this command, as it says in the environment. */
export const packageManagerOf = (env: Around['env']): PackageManager => {
  const [, name = 'npm'] = /^(npm|pnpm|yarn|bun)\//.exec(env['npm_config_user_agent'] ?? '') ?? []
  return name as PackageManager
}

/** Why an installation failed, by its output; the first row that fits. */
const REASONS: readonly (readonly [RegExp, Advice])[] = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED|ENETUNREACH|network/i,
    { en: 'no registry could be reached', zh: '无法连接到软件源' },
  ],
  [
    /E404|ETARGET|NO_MATCHING_VERSION/,
    { en: 'the registry does not have a package', zh: '软件源中缺少某个包' },
  ],
  [/EACCES|EPERM|EROFS/, { en: 'this user may not write there', zh: '没有写入权限' }],
  [/ENOSPC/, { en: 'the disk is full', zh: '磁盘已满' }],
]

/** Most characters of output that are kept for the reason. */
const KEPT = 20_000

/** Runs a program to its end and gives its exit code with its output; `null` where it cannot be started. */
const outputOf = async (
  program: string,
  args: readonly string[],
  { folder, env, signal }: { readonly folder: string } & Pick<Around, 'env' | 'signal'>,
): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve) => {
    const shell = process.platform === 'win32'
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...env },
      shell,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const take = (text: string): void => void (output = (output + text).slice(-KEPT))
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.once('error', (error) => resolve({ code: null, output: `${output}${error.message}` }))
    child.once('close', (code) => resolve({ code, output }))
  })

/**
 * Installs the packages of a project.
 *
 * @throws CommandError with the reason, and how to install later
 */
export const install = async (
  manager: PackageManager,
  folder: string,
  { env, signal }: Pick<Around, 'env' | 'signal'>,
): Promise<void> => {
  const { code, output } = await outputOf(manager, INSTALL[manager], { folder, env, signal })
  if (code === 0) return
  if (signal.aborted)
    throw new CommandError({
      en: `stopped: the project is written, its packages are not all there. Run "${manager} install" in ${folder} later`,
      zh: `已停止：项目已生成，但依赖没有装全。请稍后在 ${folder} 中运行“${manager} install”`,
    })
  const missing = code === null ? { en: `${manager} cannot be started`, zh: `无法启动 ${manager}` } : null
  const found = REASONS.find(([pattern]) => pattern.test(output))?.[1]
  const last = output.trim().split('\n').at(-1) ?? ''
  const why = missing ?? found ?? { en: last, zh: last }
  throw new CommandError({
    en: `the project is written, but ${manager} did not install its packages: ${why.en}. Run "${manager} install" in ${folder} later`,
    zh: `项目已生成，但 ${manager} 没有安装依赖：${why.zh}。请稍后在 ${folder} 中运行“${manager} install”`,
  })
}
