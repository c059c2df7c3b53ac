import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseEnv } from 'node:util'

import { CommandError, decodeText } from '@qqkit/core/internal'
import { restHosts, tokenUrls } from '@qqkit/protocol'

import type { Around } from '../terminal/around.js'
import { reasonOf } from '../terminal/reason.js'

/** The names of the variables that the templates and this command read. */
export const NAMES = { appId: 'QQ_APP_ID', secret: 'QQ_APP_SECRET' } as const

/** What the environment and `.env` say about a bot. */
export interface Settings {
  readonly appId: string
  readonly secret: string
  /** The file that was read; `null` where there is none. */
  readonly file: string | null
  /** The base URLs of the API: the one that bots use first. */
  readonly apiUrls: readonly string[]
  readonly tokenUrl: string
  /** All variables: the process's take precedence, as with `process.loadEnvFile`. */
  readonly env: Around['env']
}

const withoutEnd = (url: string): string => url.replace(/\/+$/, '')

/** The hosts: those of the platform, or the ones that variables name. */
const hostsIn = (env: Around['env']): Pick<Settings, 'apiUrls' | 'tokenUrl'> => {
  const named = env['QQ_BASE_URL'] || 'production'
  const api = env['QQKIT_API_URL'] || (restHosts as Readonly<Record<string, string>>)[named] || named
  const token = env['QQKIT_TOKEN_URL']
  if (api === restHosts.production || api === restHosts.legacy)
    return {
      apiUrls: [api, api === restHosts.production ? restHosts.legacy : restHosts.production],
      tokenUrl: token || (api === restHosts.production ? tokenUrls.production : tokenUrls.legacy),
    }
  const own = api === restHosts.sandbox ? tokenUrls.legacy : `${withoutEnd(api)}/app/getAppAccessToken`
  return { apiUrls: [withoutEnd(api)], tokenUrl: token || own }
}

const textOf = (file: string): string => {
  try {
    return decodeText(readFileSync(file))
  } catch (error) {
    const { en, zh } = reasonOf(error)
    throw new CommandError(
      { en: `.env cannot be read: ${en}. Mend or delete it`, zh: `无法读取 .env：${zh}。请修复或删除` },
      error,
    )
  }
}

/**
 * Reads `.env` of a folder, and the environment.
 *
 * @throws CommandError for a file that cannot be read
 */
export const readSettings = ({ cwd, env }: Pick<Around, 'cwd' | 'env'>): Settings => {
  const file = path.join(cwd, '.env')
  const there = existsSync(file)
  const all = { ...(there ? parseEnv(textOf(file)) : {}), ...env }
  return {
    appId: all[NAMES.appId]?.trim() ?? '',
    secret: all[NAMES.secret]?.trim() ?? '',
    file: there ? file : null,
    ...hostsIn(all),
    env: all,
  }
}
