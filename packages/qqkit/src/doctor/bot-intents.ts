import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { Advice } from '@qqkit/core'
import { onAbort } from '@qqkit/core/internal'
import { Intent, type IntentName } from '@qqkit/protocol'

import { botFileIn } from '../dev/bot-file.js'
import { adviceOn, BotProcess, environmentOf } from '../dev/bot-process.js'
import type { DevDeps } from '../dev/dev.js'
import type { Around } from '../terminal/around.js'
import { type Finding, warning } from './finding.js'

/** ms from the start of a bot to its session. */
const PATIENCE = 20_000

/** The intents of an Identify; `null` for any other frame. */
const intentsIn = (frame: string): number | null => {
  const { op, d } = JSON.parse(frame) as { readonly op: number; readonly d?: { readonly intents?: unknown } }
  return op === 2 && typeof d?.intents === 'number' ? d.intents : null
}

const namesIn = (mask: number): readonly IntentName[] =>
  (Object.keys(Intent) as IntentName[]).filter((name) => (mask & Intent[name]) !== 0)

const unknown = (named: string, why: Advice, next: Advice): Finding =>
  warning(
    'intents',
    {
      en: `those of ${named} are unknown (${why.en}): the usual ones are tried`,
      zh: `无法得知 ${named} 的 intents（${why.zh}），改为检查常用的 intents`,
    },
    next,
  )

/** The intents that a bot asks for: it runs on a simulator until it identifies. Or a warning. */
export const intentsOf = async (
  named: string,
  { platform, preloads }: Pick<DevDeps, 'platform' | 'preloads'>,
  { cwd, env, signal }: Around,
): Promise<{ readonly intents: readonly IntentName[] } | { readonly finding: Finding }> => {
  const bot = botFileIn(cwd, named)
  const tell: Advice = {
    en: 'Name them, e.g. --intents GROUP_AND_C2C_EVENT,INTERACTION',
    zh: '请直接指定，例如 --intents GROUP_AND_C2C_EVENT,INTERACTION',
  }
  if (bot === null)
    return { finding: unknown(named, { en: 'it does not run on Node', zh: '不能用 Node 运行' }, tell) }
  const data = mkdtempSync(path.join(tmpdir(), 'qqkit-doctor-'))
  const sim = await platform(0)
  let child: BotProcess | null = null
  let timer: NodeJS.Timeout | undefined
  let leave = (): void => {}
  try {
    return await new Promise((resolve) => {
      const onLate = (): void =>
        resolve({ finding: unknown(named, { en: 'it opened no session', zh: '没有建立会话' }, tell) })
      timer = setTimeout(onLate, PATIENCE)
      leave = onAbort(signal, onLate)
      sim.subscribe((entry) => {
        const mask = entry.kind === 'frame' && entry.direction === 'in' ? intentsIn(entry.text) : null
        if (mask !== null) resolve({ intents: namesIn(mask) })
      })
      child = new BotProcess(
        { bot, env: environmentOf(sim, { env, data }), ...preloads() },
        {
          onLine: () => {},
          onEnd: (how, errors) => {
            const last = errors.findLast((line) => /\w*Error\b/.test(line)) ?? how
            const ended: Advice = { en: `it ended: ${last}`, zh: `已退出：${last}` }
            resolve({ finding: unknown(named, ended, adviceOn(how, errors) ?? tell) })
          },
        },
      )
      void child.restart()
    })
  } finally {
    clearTimeout(timer)
    leave()
    await (child as BotProcess | null)?.stop()
    await sim.close()
    rmSync(data, { recursive: true, force: true })
  }
}
