import type { Advice } from '@qqkit/core'
import { onAbort } from '@qqkit/core/internal'
import { Intent, intentFacts, type IntentName, tokenPrefix } from '@qqkit/protocol'
import { WebSocket } from 'ws'

import { explainFailure } from '../http/ask.js'
import { fault, type Finding, ok, warning } from './finding.js'
import type { GatewayFacts } from './platform-checks.js'

/** How the gateway answered one Identify. */
type Outcome =
  | { readonly kind: 'ready' }
  /** Op 9, or a close code that stands for a refusal (docs/protocol, §3.11). */
  | { readonly kind: 'refused'; readonly how: string }
  | { readonly kind: 'unreachable'; readonly failed: Advice; readonly next: Advice }

/** ms from the beginning of a connection to READY. */
const PATIENCE = 10_000

/** Close codes that answer an Identify with intents that the bot may not have, or that do not exist. */
const REFUSALS: ReadonlySet<number> = new Set([4013, 4014, 4903, 1000, 1005, 1006])

interface Frame {
  readonly op?: number
  readonly t?: string
}

const frameIn = (data: unknown): Frame => {
  try {
    return JSON.parse(String(data)) as Frame
  } catch {
    return {}
  }
}

/** Opens a session with some intents, and leaves it at once. */
const identify = async (
  { url }: GatewayFacts,
  {
    token,
    intents,
    signal,
  }: { readonly token: string; readonly intents: number; readonly signal: AbortSignal },
): Promise<Outcome> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url, { handshakeTimeout: PATIENCE })
    let identified = false
    const end = (outcome: Outcome): void => {
      clearTimeout(timer)
      leave()
      resolve(outcome)
      socket.terminate()
    }
    const onLate = (): void => {
      const what = identified ? { en: 'READY', zh: 'READY' } : { en: 'HELLO', zh: 'HELLO' }
      end({
        kind: 'unreachable',
        failed: { en: `no ${what.en} within 10 s`, zh: `10 秒内没有收到 ${what.zh}` },
        next: { en: 'Try again in a minute.', zh: '请一分钟后重试。' },
      })
    }
    const timer = setTimeout(onLate, PATIENCE)
    const leave = onAbort(signal, onLate)
    socket.on('message', (data) => {
      const { op, t } = frameIn(data)
      if (op === 10) {
        identified = true
        socket.send(JSON.stringify({ op: 2, d: { token: tokenPrefix + token, intents, shard: [0, 1] } }))
      } else if (op === 9) end({ kind: 'refused', how: 'op 9' })
      else if (t === 'READY') end({ kind: 'ready' })
    })
    socket.on('close', (code, reason) => {
      const text = `${code} ${reason.toString()}`.trim()
      if (identified && REFUSALS.has(code)) end({ kind: 'refused', how: text })
      else
        end({
          kind: 'unreachable',
          failed: { en: `closed with ${text}`, zh: `连接被关闭：${text}` },
          next: { en: 'Try again in a minute.', zh: '请一分钟后重试。' },
        })
    })
    socket.on('error', (error) => end({ kind: 'unreachable', ...explainFailure(error) }))
  })

const GUARDED: ReadonlySet<string> = new Set(['private', 'permission'])

/** The intents that a bot has without an application. */
export const usualIntents: readonly IntentName[] = (Object.keys(intentFacts) as IntentName[]).filter(
  (name) => !GUARDED.has(intentFacts[name].grant),
)

const maskOf = (names: readonly IntentName[]): number => names.reduce((sum, name) => sum | Intent[name], 0)

const refused = (name: IntentName, how: string): Finding => {
  const [event] = intentFacts[name].events
  return fault(
    'intents',
    {
      en: `${name} is not granted (${how}): no ${event} arrives`,
      zh: `${name} 没有权限（${how}）：收不到 ${event}`,
    },
    {
      en: 'Apply for it in the console, or leave out its handlers. One refused intent keeps the bot from all events.',
      zh: '请在管理端申请，或去掉对应的处理函数。只要有一个 intent 被拒，机器人就收不到任何事件。',
    },
  )
}

/** What the examination of intents needs. */
export interface IntentDeps {
  readonly token: string
  readonly signal: AbortSignal
  /** Waits between two sessions, in ms. */
  readonly pause: (ms: number) => Promise<void>
}

/** ms in which `max_concurrency` sessions may begin (docs/protocol, §3.1). */
const WINDOW = 5000

const unreachable = ({ failed, next }: { readonly failed: Advice; readonly next: Advice }): Finding =>
  fault('gateway', { en: `no session: ${failed.en}`, zh: `无法建立会话：${failed.zh}` }, next)

const connected = (names: readonly IntentName[]): readonly Finding[] => [
  ok('gateway', { en: 'connected', zh: '连接正常' }),
  ok('intents', { en: `granted: ${names.join(', ')}`, zh: `已授权：${names.join('、')}` }),
]

/** Asks for intents: all at once, and one by one where the gateway refuses. */
export const checkIntents = async (
  gateway: GatewayFacts,
  asked: readonly IntentName[],
  { token, signal, pause }: IntentDeps,
): Promise<readonly Finding[]> => {
  const all = await identify(gateway, { token, intents: maskOf(asked), signal })
  if (all.kind === 'ready') return connected(asked)
  if (all.kind === 'unreachable') return [unreachable(all)]
  if (gateway.remaining <= asked.length)
    return [
      warning(
        'intents',
        {
          en: `refused (${all.how}), and too few sessions are left to try them one by one: ${asked.join(', ')}`,
          zh: `被拒绝（${all.how}），剩余会话数不足以逐个检查：${asked.join('、')}`,
        },
        {
          en: 'Try again tomorrow, or with fewer in --intents.',
          zh: '请明天再试，或用 --intents 减少数量。',
        },
      ),
    ]
  const granted: IntentName[] = []
  const findings: Finding[] = []
  for (const name of asked) {
    await pause(WINDOW / gateway.atOnce)
    const one = await identify(gateway, { token, intents: Intent[name], signal })
    if (one.kind === 'unreachable') return [...findings, unreachable(one)]
    if (one.kind === 'ready') granted.push(name)
    else findings.push(refused(name, one.how))
  }
  if (granted.length === 0)
    return [
      fault(
        'gateway',
        { en: `refuses every session (${all.how})`, zh: `拒绝所有会话（${all.how}）` },
        {
          en: 'Intents are not the reason. Check in the console that the bot is online and not banned, and that events go over WebSocket.',
          zh: '原因不在 intents。请在管理端确认机器人已上线、未被封禁，且事件通过 WebSocket 接收。',
        },
      ),
    ]
  return [...connected(granted), ...findings]
}
