import {
  type Advice,
  type Delivery,
  type LogRecord,
  type LogSink,
  QqkitError,
  type ShardId,
  type Source,
  type WireFrame,
} from '@qqkit/core'
import { Gateway, type GatewayOptions } from '@qqkit/gateway'
import { combineIntents, intentNames, isGrantedByDefault, suspectIntents } from '@qqkit/protocol'

import { BotError } from '../common/errors.js'
import { fields, text } from '../events/fields.js'
import { deriveIntents, type Interest, unheardWith } from '../routing/intents.js'
import type { BotOptions, ResolvedBotOptions } from './options.js'

/** What the gateway of a bot needs besides the bot's options. */
export interface GatewaySourceDeps extends Required<
  Pick<GatewayOptions, 'access' | 'intents' | 'permits' | 'clock'>
> {
  readonly intents: number
  readonly notice: ChosenIntents['notice']
  readonly log: LogSink | undefined
}

/** What to do about a session store that does not work. */
const STORE_ADVICE: Advice = {
  en: 'Check the option store: that its folder or service exists, can be written by this process, and answers within 5 s. The bot tries again every minute.',
  zh: '请检查 store 选项：其目录或服务是否存在、本进程是否可写、能否在 5 秒内应答。机器人每分钟会重试一次。',
}

/** Advice for records of the gateway, by their event. */
const ADVICE: Readonly<Record<string, Advice>> = {
  'gateway.store_failed': STORE_ADVICE,
  'gateway.session_ignored': {
    en: 'Nothing to do if the bot, its intents or its shards were changed; events from before this start are lost. Otherwise give each bot a file of its own in the option store.',
    zh: '若更换过机器人、intents 或分片，则无需处理；本次启动前的事件已丢失。否则请在 store 选项中为每个机器人使用单独的文件。',
  },
}

/**
 * Lowers records of the gateway that the bot writes itself: the stop, with advice, and the first READY, with the bot's name. Adds
 * advice where only the bot knows the option.
 */
const withoutRepeats = (sink: LogSink): LogSink => {
  let ready = false
  return (record) => {
    const isFirst = record.event === 'gateway.ready' && !ready
    ready ||= isFirst
    const advice = ADVICE[record.event]
    if (advice) sink({ ...record, advice })
    else sink(isFirst || record.event === 'gateway.stopped' ? { ...record, level: 'debug' } : record)
  }
}

/** Tells once that the bot receives events, and as whom: READY has the name, RESUMED does not. */
const readyRecord = ({ t, d }: WireFrame): LogRecord => {
  const user = fields(fields(d).user)
  const name = text(user.username) || text(user.id)
  const message = t === 'READY' && name !== '' ? `ready as ${name}` : 'ready; the session was resumed'
  return { level: 'info', event: 'bot.ready', message, ...(name !== '' && { name }) }
}

/** Delivers READY and RESUMED, which the gateway settles itself; each one has a key of its own. */
const connectionEvents = (
  gateway: Gateway,
  deliver: (delivery: Delivery) => void,
  log: LogSink | undefined,
): (() => void) => {
  let count = 0
  const pass = (event: unknown, shard: ShardId): void => {
    const frame = event as WireFrame
    count += 1
    if (count === 1) log?.(readyRecord(frame))
    deliver({
      key: `${frame.t}:${shard.index}:${count}`,
      frame,
      shard,
      replayed: false,
      shared: false,
      settle: () => {},
      acknowledge: () => false,
      acknowledged: false,
    })
  }
  const listening = [gateway.on('READY', pass), gateway.on('RESUMED', pass)]
  return () => {
    for (const stop of listening) stop()
  }
}

/** ms for saving the session at a stop. Handlers have ended by then, or never will. */
const STORE_TIMEOUT = 1000

/** The gateway as the source of a bot. Deadlines and bounds of its own are off, since the bot has them. */
export const gatewaySource = (options: ResolvedBotOptions, deps: GatewaySourceDeps): Source => {
  const { appId, store, random, gateway: further } = options
  const { access, intents, notice, permits, clock, log } = deps
  const gateway = new Gateway({
    permits,
    ...further,
    access,
    appId,
    intents,
    clock,
    deliveryDeadline: Infinity,
    // Events whose handlers wait for people are in no queue, and bounded by themselves.
    maxUnsettled: Number.MAX_SAFE_INTEGER,
    drainTimeout: STORE_TIMEOUT,
    ...(store && { store }),
    ...(random && { random }),
    ...(log && { log: withoutRepeats(log) }),
  })
  return {
    run: (deliver, options) => {
      const stopListening = connectionEvents(gateway, deliver, log)
      return gateway.run(deliver, options).then(stopListening, (error: unknown) => {
        stopListening()
        throw explainRefusal(error, intents)
      })
    },
    status: () => {
      const status = gateway.status()
      if (status.state !== 'ready' || status.advice) return status
      if (notice) return { ...status, ...notice }
      const problem = status.shards.find(({ storeProblem }) => storeProblem !== null)?.storeProblem
      if (!problem) return status
      return {
        ...status,
        reason: `${status.reason}; the session is not stored: ${problem}`,
        advice: STORE_ADVICE,
      }
    },
    drain: () => gateway.drain(),
    close: async (options) => gateway.close(options),
  }
}

/** The close code of an Identify that asked for more than the bot may have (§3.7). */
const DISALLOWED_INTENTS = 4014

/** Whether intents stopped the bot: by 4014, or by refusals of Identify until no attempt was left (§3.11). */
const isRefusal = (error: Error): boolean =>
  ('closeCode' in error && error.closeCode === DISALLOWED_INTENTS) ||
  (QqkitError.is(error.cause) && error.cause.code === 'gateway_identify_refused')

const describe = (name: ReturnType<typeof suspectIntents>[number]): string =>
  isGrantedByDefault(name) ? name : `${name} (needs a permission)`

/** Adds the requested intents to a refusal, the most suspicious first. */
export const explainRefusal = (error: unknown, mask: number): unknown => {
  if (!(error instanceof Error) || !isRefusal(error)) return error
  const suspects = suspectIntents(mask)
  const others = intentNames(mask).filter((name) => !suspects.includes(name))
  return new BotError('intents_refused', [...suspects.map(describe), ...others].join(', '), error)
}

/** The intents to connect with, and what the handlers miss with them. */
interface ChosenIntents {
  readonly mask: number
  /** For the status: which handlers get no events, with advice; `null` for none. */
  readonly notice: { readonly reason: string; readonly advice: Advice } | null
}

/** What to do about an intent that the option `intents` lacks. */
const lacking = (intent: string): Advice => ({
  en: `Add '${intent}' to the option intents, or leave the option out: the bot then asks for what its handlers need.`,
  zh: `请在 intents 选项中加入 '${intent}'，或去掉该选项，由机器人按处理函数自动推导。`,
})

/** What to do about an intent that was not derived, since not every bot has it. */
const withoutPermission = (intent: string): Advice => ({
  en: `If your bot has the permission, name it in the option permissions: ['${intent}'].`,
  zh: `若机器人已申请到该权限，请在 permissions 选项中声明：permissions: ['${intent}']。`,
})

/**
 * The intents to connect with: those of the options, or those that the handlers need. Warns of handlers that get no events. An
 * explicit list is kept as it is and is no error: a process may share its handlers with others that receive the rest.
 */
export const chooseIntents = (
  options: Pick<BotOptions, 'intents' | 'permissions'>,
  interests: readonly Interest[],
  log: LogSink,
): ChosenIntents => {
  const { intents, permissions = [] } = options
  const given = typeof intents === 'number' ? intents : intents && combineIntents(intents)
  const derived = given === undefined ? deriveIntents(interests, permissions) : null
  const unheard = derived?.missing ?? unheardWith(intentNames(given ?? 0), interests)
  const adviseOn = derived ? withoutPermission : lacking
  const why = derived ? 'needs a permission' : 'is not among the option intents'
  for (const { event, intent } of unheard) {
    log({
      level: 'warn',
      event: 'bot.intent_missing',
      message: `handlers of ${event} get no events: intent ${intent} ${why}`,
      advice: adviseOn(intent),
    })
  }
  const [first] = unheard
  const events = [...new Set(unheard.map(({ event }) => event))].join(', ')
  return {
    mask: derived?.mask ?? given ?? 0,
    notice: first
      ? { reason: `receiving events, but none for handlers of ${events}`, advice: adviseOn(first.intent) }
      : null,
  }
}
