import { confirm, isCancel } from '@clack/prompts'
import type { Language } from '@qqkit/core/internal'

import type { Prompts } from './around.js'

const ANSWERS = { en: ['Yes', 'No'], zh: ['是', '否'] } as const satisfies Record<Language, readonly string[]>

/** Questions on this terminal. */
export const terminalPrompts = (language: Language, signal: AbortSignal): Prompts => ({
  confirm: async (question, usual) => {
    const [active, inactive] = ANSWERS[language]
    const answer = await confirm({ message: question, initialValue: usual, active, inactive, signal })
    return isCancel(answer) ? null : answer
  },
})
