import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { fileSessionStore, type BotOptions } from '@qqkit/bot'

import { StartError, type Words } from './start.js'

/** What the variables of `.env.example` say. */
export interface Config {
  readonly appId: string
  readonly secret: string
  /** `'production'` when left out. */
  readonly baseUrl?: string
  /** The folder of what outlives a restart. */
  readonly data: string
  /** `null` when left out. */
  readonly port: number | null
}

type Env = Readonly<Record<string, string | undefined>>

const NO_CREDENTIALS = {
  en: 'QQ_APP_ID and QQ_APP_SECRET are not both set: run "npx qqkit login", or copy .env.example to .env and fill it in',
  zh: 'QQ_APP_ID 和 QQ_APP_SECRET 没有都设置：请运行“npx qqkit login”，或把 .env.example 复制为 .env 并填写',
}

const SWAPPED = {
  en: 'QQ_APP_ID is not a number: copy it again from https://q.qq.com (are AppID and AppSecret swapped?)',
  zh: 'QQ_APP_ID 不是数字：请从 https://q.qq.com 重新复制（AppID 与 AppSecret 是否写反了？）',
}

const readPort = (text: string): number => {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new StartError({
    en: `PORT is "${text}": give a port from 0 (any free one) to 65535`,
    zh: `PORT 为“${text}”：请给出 0（任选空闲端口）到 65535 之间的端口`,
  })
}

/**
 * Reads the environment; `.env` is in it.
 *
 * @throws StartError
 */
export const readConfig = (env: Env): Config => {
  const appId = env['QQ_APP_ID']?.trim() ?? ''
  const secret = env['QQ_APP_SECRET']?.trim() ?? ''
  if (appId === '' || secret === '') throw new StartError(NO_CREDENTIALS)
  if (!/^\d+$/.test(appId)) throw new StartError(SWAPPED)
  return {
    appId,
    secret,
    ...(env['QQ_BASE_URL'] && { baseUrl: env['QQ_BASE_URL'] }),
    data: env['QQ_DATA'] || 'data',
    port: env['PORT'] ? readPort(env['PORT']) : null,
  }
}

/** Why a folder cannot be written, by the code of the system. */
const REASONS: Readonly<Record<string, Words>> = {
  EACCES: { en: 'this user may not write there', zh: '没有写入权限' },
  EPERM: { en: 'this user may not write there', zh: '没有写入权限' },
  EROFS: { en: 'the disk is read-only', zh: '磁盘为只读' },
  ENOSPC: { en: 'the disk is full', zh: '磁盘已满' },
  ENOTDIR: { en: 'a part of the path is a file', zh: '路径中有一部分是文件' },
  EEXIST: { en: 'a file or a broken link has this name', zh: '已有同名文件或失效的链接' },
  ENOENT: { en: 'the system allows no files there', zh: '系统不允许在那里创建文件' },
  ELOOP: { en: 'links lead in a circle', zh: '符号链接形成了循环' },
  ENAMETOOLONG: { en: 'the name is too long', zh: '名称过长' },
}

/** Folder by folder: Node's recursive form never ends below /proc. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  makeFolder(path.dirname(folder))
  mkdirSync(folder)
}

/** @throws StartError for a folder that cannot be written */
const prepareFolder = (folder: string): void => {
  const full = path.resolve(folder)
  // Tried, not looked up: rights are not all that counts.
  const draft = path.join(full, `.${process.pid}`)
  try {
    makeFolder(full)
    writeFileSync(draft, '')
    rmSync(draft)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    const { en, zh } = REASONS[code] ?? { en: message, zh: message }
    throw new StartError(
      {
        en: `the folder ${full} cannot be written (${en}): set QQ_DATA to another folder`,
        zh: `无法写入目录 ${full}（${zh}）：请将 QQ_DATA 设为其他目录`,
      },
      error,
    )
  }
}

/**
 * The options of the bot: its credentials, and a file for its session, so that a restart misses no event.
 *
 * @throws StartError
 */
export const botOptions = ({ appId, secret, baseUrl, data }: Config): BotOptions => {
  prepareFolder(data)
  return {
    appId,
    secret,
    ...(baseUrl && { baseUrl }),
    store: fileSessionStore({ path: path.join(data, 'session.json') }),
    handleSignals: true,
  }
}
