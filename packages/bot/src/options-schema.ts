import type { Advice, Clock, LogSink, SessionStore, Source } from '@qqkit/core'
import { checkOptions } from '@qqkit/core/internal'
import { Intent, type IntentName } from '@qqkit/protocol'
import * as v from 'valibot'

import type { BotOptions } from './options.js'
import type { ParkStore } from './park/park-store.js'

const ID_HINT = 'must be the AppID from https://q.qq.com (开发设置), digits as text, e.g. "102000001"'
const SECRET_HINT =
  'must be the AppSecret from https://q.qq.com (开发设置), e.g. process.env.QQ_APP_SECRET; is it set?'

/** As a file that was read without `trim()`, or a value that was pasted. */
const BLANKS_HINT = 'has blanks or a line end around it: trim() what you read'
const isTrimmed = (text: string): boolean => text === text.trim()

const count = (hint: string, least = 1) => v.pipe(v.number(hint), v.integer(hint), v.minValue(least, hint))
const duration = (hint: string) => v.pipe(v.number(hint), v.finite(hint), v.minValue(0, hint))
const fn = <F>(hint: string) => v.custom<F>((value) => typeof value === 'function', hint)
const having = <T>(methods: readonly string[], hint: string) =>
  v.custom<T>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((name) => typeof Reflect.get(value, name) === 'function'),
    hint,
  )

const INTENT_HINT = `must be names out of ${Object.keys(Intent).join(', ')}`
const intentName = v.picklist(Object.keys(Intent) as IntentName[], INTENT_HINT)
const prefix = v.pipe(v.string('must be text, e.g. "/"'), v.nonEmpty('must not be empty; see bareCommands'))
const windowSchema = v.strictObject({
  duration: duration('must be ms from 0 up'),
  count: v.nullable(count('must be a whole number from 1 up, or null for no limit')),
})
const SOURCE_HINT = 'must be "gateway", "webhook", a Source { run, status, close }, or a list of them'
const source = v.union(
  [v.picklist(['gateway', 'webhook']), having<Source>(['run', 'status', 'close'], SOURCE_HINT)],
  SOURCE_HINT,
)

/** What is wrong with the options as an object: a key too many, or one that is missing. */
const objectHint = ({ expected, path }: v.StrictObjectIssue): string => {
  if (expected === 'never') return 'there is no such option'
  const key = path?.[0].key
  if (key === 'appId') return ID_HINT
  return key === 'secret' ? SECRET_HINT : 'give at least { appId, secret }'
}

const schema = v.strictObject(
  {
    appId: v.pipe(v.string(ID_HINT), v.check(isTrimmed, BLANKS_HINT), v.regex(/^\d+$/, ID_HINT)),
    secret: v.pipe(v.string(SECRET_HINT), v.check(isTrimmed, BLANKS_HINT), v.regex(/^\S+$/, SECRET_HINT)),
    // Checked by Rest, which knows the names.
    baseUrl: v.optional(v.string('must be "production", "sandbox" or a URL')),
    tokenUrl: v.optional(v.string('must be "production" or a URL')),
    intents: v.optional(v.union([count('must be a mask'), v.array(intentName)], INTENT_HINT)),
    permissions: v.optional(v.array(intentName, INTENT_HINT)),
    prefix: v.optional(
      v.union([prefix, v.array(prefix)], 'must be text or a list of texts that are not empty'),
    ),
    bareCommands: v.optional(v.boolean('must be true or false')),
    concurrency: v.optional(count('must be a whole number from 1 up')),
    maxWaiting: v.optional(count('must be a whole number from 1 up')),
    maxWaitingPerConversation: v.optional(count('must be a whole number from 1 up')),
    onDropped: v.optional(fn<BotOptions['onDropped']>('must be a function of a context')),
    onQueueFull: v.optional(fn<BotOptions['onQueueFull']>('must be a function that says what gives way')),
    conversationKey: v.optional(
      fn<BotOptions['conversationKey']>('must be a function from a context to text'),
    ),
    handlerTimeout: v.optional(
      v.pipe(duration('must be ms from 1 up'), v.minValue(1, 'must be ms from 1 up')),
    ),
    stopTimeout: v.optional(duration('must be ms from 0 up')),
    interactionAck: v.optional(v.picklist(['intake', 'handler'], 'must be "intake" or "handler"')),
    maxTextLength: v.optional(count('must be a number of characters from 100 up', 100)),
    onUndeliverable: v.optional(v.picklist(['throw', 'park'], 'must be "throw" or "park"')),
    parking: v.optional(
      v.strictObject(
        {
          store: v.optional(having<ParkStore>(['put', 'take', 'close'], 'must be a ParkStore')),
          maxAge: v.optional(duration('must be ms from 0 up')),
        },
        'must be { store?, maxAge? }',
      ),
    ),
    replyWindows: v.optional(
      v.strictObject(
        {
          c2c: v.optional(windowSchema),
          group: v.optional(windowSchema),
          channel: v.optional(windowSchema),
          dm: v.optional(windowSchema),
        },
        'must be windows by scene: c2c, group, channel, dm',
      ),
    ),
    botMessages: v.optional(v.picklist(['ignore', 'handle'], 'must be "ignore" or "handle"')),
    rememberedEvents: v.optional(count('must be a whole number from 1 up')),
    handleSignals: v.optional(v.boolean('must be true or false')),
    store: v.optional(having<SessionStore>(['open'], 'must be a SessionStore')),
    rest: v.optional(v.looseObject({}, 'must be options of Rest')),
    gateway: v.optional(v.looseObject({}, 'must be options of Gateway')),
    webhook: v.optional(v.looseObject({}, 'must be options of Webhook')),
    source: v.optional(v.union([source, v.pipe(v.array(source), v.minLength(1))], SOURCE_HINT)),
    log: v.optional(v.union([v.literal(false), fn<LogSink>('')], 'must be a function of a record, or false')),
    clock: v.optional(having<Clock>(['now', 'wall', 'setTimer'], 'must be a Clock: { now, wall, setTimer }')),
    random: v.optional(fn<() => number>('must be a function that gives a number from 0 up to 1')),
  },
  objectHint,
)

/** Where the mistakes of the first five minutes lead: the console, and the environment. */
const ADVICE: Readonly<Record<string, Advice>> = {
  appId: {
    en: 'Copy the AppID from the console (开发设置) and give it as text, e.g. process.env.QQ_APP_ID.',
    zh: '请在 https://q.qq.com 管理端的「开发设置」中复制 AppID，并以字符串传入，例如 process.env.QQ_APP_ID。',
  },
  secret: {
    en: 'Copy the AppSecret from the console (开发设置), and check that the environment variable you read is set.',
    zh: '请在 https://q.qq.com 管理端的「开发设置」中复制 AppSecret，并确认所读取的环境变量已设置。',
  },
  intents: {
    en: 'Leave `intents` out: they follow from the handlers you register. Permissioned ones go into `permissions`.',
    zh: '一般无需设置 intents：机器人会根据已注册的处理函数自动推导；需要申请权限的请写入 permissions。',
  },
  permissions: {
    en: 'Give the names of the intents that your bot was granted on application, or leave it out.',
    zh: '请填写机器人已申请到的 intent 名称；没有则无需设置。',
  },
}

/**
 * Checks what options of a bot look like. Those of its parts are checked by the parts.
 *
 * @throws OptionsError
 */
export const checkBotOptions = (input: unknown): BotOptions =>
  checkOptions('Bot', schema, input, (path) => ADVICE[path.replace(/\..*/, '')]) as BotOptions
