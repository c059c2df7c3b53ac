import { type Advice, QqkitError } from '@qqkit/core'
import { addTexts, isThenable } from '@qqkit/core/internal'

import { Bot, type BotFacts } from '../bot.js'
import { misuse } from '../common/errors.js'
import type { Target } from '../events/message.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import { proactiveTexts } from './proactive-texts.js'

/** Message and advice of each code. */
const MISUSES = {
  no_bot: {
    message: 'the first argument is no bot',
    en: 'Give the bot itself first: rememberPlaces(bot), rememberQuotes(bot), broadcast(bot, targets, message), wakeup(bot, user, message, { places }).',
    zh: '请将机器人作为第一个参数：rememberPlaces(bot)、rememberQuotes(bot)、broadcast(bot, targets, message)、wakeup(bot, user, message, { places })。',
  },
  bad_target: {
    message: 'this is no target',
    en: "Give { scene: 'group', id }, as in ctx.target, or the places of rememberPlaces(bot).",
    zh: "请传入 { scene: 'group', id } 形式的目标（例如 ctx.target），或 rememberPlaces(bot) 返回的 places。",
  },
  no_message: {
    message: 'this is no message',
    en: "Write broadcast(bot, targets, 'Good morning!'), or give a function that makes the message of a target, without async.",
    zh: "请写成 broadcast(bot, targets, '早上好')，或传入根据目标生成消息的函数（不能是 async）。",
  },
  unrepeatable: {
    message: 'a part of the message can be sent only once',
    en: 'Give bytes, a path or an address instead of a stream, or a function that makes the message of each target.',
    zh: '请使用字节、文件路径或网址代替流，或传入为每个目标生成消息的函数。',
  },
  broadcast_running: {
    message: 'a broadcast with this id is running',
    en: 'Await the first one, or give the second an id of its own: resume: { id, store }.',
    zh: '请等待前一次群发结束，或为第二次群发使用不同的 id：resume: { id, store }。',
  },
  no_places: {
    message: 'the places of the bot are missing, or those of another bot',
    en: 'Write wakeup(bot, user, message, { places }) with places = rememberPlaces(bot), which know when the user last wrote.',
    zh: '请写成 wakeup(bot, user, message, { places })，其中 places = rememberPlaces(bot)，它记录用户最近一次发消息的时间。',
  },
  not_heard: {
    message: 'the bot does not know when this user last wrote',
    en: 'Call rememberPlaces(bot) before other handlers are registered, and give its result as { places }: a wake-up message needs a message of the user in the last 30 days.',
    zh: '请在注册其他处理函数之前调用 rememberPlaces(bot)，并以 { places } 传入其返回值：唤醒消息要求用户在最近 30 天内发过消息。',
  },
  record_file_foreign: {
    message: 'the file holds something else than records',
    en: 'Give fileRecordStore a file of its own, or remove this one if nobody needs it.',
    zh: '请为 fileRecordStore 指定单独的文件；如果该文件已无用，请删除它。',
  },
} as const

/** The code of a {@link ProactiveError}. */
export type ProactiveErrorCode = keyof typeof MISUSES

/** Wrong use of proactive messages, or a file that cannot be used: see `code` and `advice`. */
export class ProactiveError extends QqkitError {
  declare readonly code: ProactiveErrorCode
  declare readonly advice: Advice

  /** @param detail appended to the message, e.g. the id of the broadcast */
  constructor(code: ProactiveErrorCode, detail?: string, cause?: unknown) {
    super(misuse(MISUSES, code, detail, cause))
    addTexts(proactiveTexts)
  }
}

const SCENES: ReadonlySet<unknown> = new Set(['c2c', 'group', 'channel', 'dm'])

/** For users of JavaScript, and for stored data. @throws ProactiveError `bad_target` */
export const checkTarget = (target: Target): Target => {
  const { scene, id }: { readonly scene?: unknown; readonly id?: unknown } = target ?? {}
  if (!SCENES.has(scene) || typeof id !== 'string' || id === '')
    throw new ProactiveError('bad_target', `{ scene: ${String(scene)}, id: ${String(id)} }`)
  return { scene: target.scene, id }
}

/** @throws ProactiveError `no_message` */
export const checkOutgoing = (message: OutgoingMessage): OutgoingMessage => {
  const isText = typeof message === 'string' && message !== ''
  const isObject = typeof message === 'object' && message !== null
  if (!isText && (!isObject || Array.isArray(message) || isThenable(message)))
    throw new ProactiveError('no_message', typeof message)
  return message
}

/** @throws ProactiveError `no_bot` */
export const factsOf = (bot: Bot): BotFacts => {
  const facts = Bot.factsOf(bot)
  if (!facts) throw new ProactiveError('no_bot')
  return facts
}
