import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

import { type Advice, QqkitError } from '@qqkit/core'
import { messageOf } from '@qqkit/core/internal'

import type { Settings } from '../settings/settings.js'
import { fault, type Finding, ok, warning } from './finding.js'

/** The part of `@qqkit/redis` that is used. It is the project's own: this command comes without it. */
interface RedisPackage {
  qqkitRedis(options: { readonly appId: string; readonly url: string }): {
    check(): Promise<
      readonly {
        readonly level: 'fatal' | 'error' | 'warning'
        readonly text: Advice
        readonly advice: Advice
      }[]
    >
    close(): Promise<void>
  }
}

/** The package of a project, or of the folders around it; no other that this command may know. */
const loadFrom = (cwd: string): RedisPackage | null => {
  for (let folder = path.resolve(cwd); ; folder = path.dirname(folder)) {
    const place = path.join(folder, 'node_modules/@qqkit/redis')
    if (existsSync(path.join(place, 'package.json')))
      return createRequire(path.join(folder, 'package.json'))(place) as RedisPackage
    if (folder === path.dirname(folder)) return null
  }
}

const INSTALL: Advice = {
  en: 'Run "npm install @qqkit/redis ioredis" in this folder.',
  zh: '请在该目录中运行“npm install @qqkit/redis ioredis”。',
}

const LOOK: Advice = {
  en: 'Compare REDIS_URL with the address, user and password of the server.',
  zh: '请核对 REDIS_URL 与服务器的地址、用户名和密码。',
}

/**
 * Looks at the Redis server of a bot with many processes, as the bot does at its start.
 *
 * @param url that of the option, or of the environment: many programs have that for something else
 */
export const checkRedis = async (
  { url, asked }: { readonly url: string; readonly asked: boolean },
  { settings, cwd }: { readonly settings: Settings; readonly cwd: string },
): Promise<readonly Finding[]> => {
  try {
    const found = loadFrom(cwd)
    if (found === null)
      return asked
        ? [
            warning(
              'redis',
              { en: '@qqkit/redis is not installed in this folder', zh: '该目录中没有安装 @qqkit/redis' },
              INSTALL,
            ),
          ]
        : []
    const redis = found.qqkitRedis({ appId: settings.appId || '0', url })
    try {
      const findings = await redis.check()
      if (findings.length === 0)
        return [ok('redis', { en: 'fit for a queue of events', zh: '可以存放事件队列' })]
      return findings.map(({ level, text, advice }) =>
        (level === 'warning' ? warning : fault)('redis', text, advice),
      )
    } finally {
      await redis.close()
    }
  } catch (error) {
    const text = { en: messageOf(error), zh: `无法检查：${messageOf(error)}` }
    return [fault('redis', text, (QqkitError.is(error) && error.advice) || LOOK)]
  }
}
