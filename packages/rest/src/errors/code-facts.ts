import { adviceFor, errorCodes, meaningOfErrorText, type ErrorCode, type ErrorText } from '@qqkit/protocol'
import type { Advice } from '@qqkit/core'

/** What is known about one of the platform's codes; `undefined` for a code that no table names. */
export const codeFacts = (code: number): ErrorCode | undefined => errorCodes[code]

/** Whether a failure has one of the meanings that open a way out: by its code, or by its text where the code says nothing. */
export const failureMeans = (
  failure: { readonly errCode: number | null; readonly message: string },
  meaning: 'anchorDead' | 'markdownRefused' | 'proactiveRefused' | 'mediaNotFetchable',
): boolean => {
  const facts = failure.errCode === null ? undefined : codeFacts(failure.errCode)
  if (facts) return facts[meaning] === true
  const means: ErrorText['means'] | undefined = meaningOfErrorText(failure.message)
  return means === meaning
}

/** The next step for a code, in both languages. */
export const codeAdvice = (code: number): Advice => adviceFor(code)
