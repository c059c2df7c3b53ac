import type { Advice } from '@qqkit/core'
import { systemTexts, type Texts, translation } from '@qqkit/core/internal'
import { closeCodes } from '@qqkit/protocol'

import { botTexts } from './bot-texts.js'
import { gatewayTexts } from './gateway-texts.js'
import { restTexts } from './rest-texts.js'
import { webhookTexts } from './webhook-texts.js'

/** Every sentence of every bot that a person can read, in both languages. Imports add theirs. */
export const allTexts: Texts = [...botTexts, ...gatewayTexts, ...restTexts, ...webhookTexts, ...systemTexts]

/**
 * The Chinese form of an English sentence of ours. Names, numbers and texts of others stay as they are, and a sentence without a
 * row stays English.
 */
export const toChinese: (text: string) => string = translation(() => [
  ...allTexts,
  ...Object.values(closeCodes).map(({ meaning: { en, zh } }) => [en, zh] as const),
])

/** The languages of logs and status. */
export type Language = 'en' | 'zh'

/** A sentence of ours in a language. Some end in their advice, which has its own translation. */
export const say = (text: string, language: Language, advice?: Advice | null): string => {
  if (language === 'en') return text
  return advice && text.endsWith(advice.en)
    ? toChinese(text.slice(0, -advice.en.length).replace(/[;,:]? *$/, '')) + `；${advice.zh}`
    : toChinese(text)
}
