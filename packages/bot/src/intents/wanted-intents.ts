import type { LogSink } from '@qqkit/core'
import { combineIntents } from '@qqkit/protocol'

import type { BotOptions } from '../options.js'
import { deriveIntents, type Interest } from './derive-intents.js'

/** The intents to connect with: those given, else what the handlers need. Says which handlers will hear nothing. */
export const wantedIntents = (
  options: Pick<BotOptions, 'intents' | 'permissions'>,
  interests: readonly Interest[],
  log: LogSink,
): number => {
  const { intents, permissions = [] } = options
  if (typeof intents === 'number') return intents
  if (intents) return combineIntents(intents)
  const { mask, missing } = deriveIntents(interests, permissions)
  for (const { event, intent } of missing) {
    log({
      level: 'warn',
      event: 'bot.intent_missing',
      message: `handlers of ${event} will hear nothing: intent ${intent} needs a permission. If your bot has it, name it in the option permissions: ['${intent}']`,
    })
  }
  return mask
}
