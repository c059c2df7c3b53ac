import type { LogSink } from '@qqkit/core'

import { RestError, withErrorContext } from '../../errors/rest-error.js'
import type { RestStep } from '../../types/call.js'
import { causedBy } from '../error.js'

/** Fallbacks of uploads, as named in steps and log records. */
export type UploadFallback = 'media_bytes' | 'media_parts'

const failed = (error: unknown, refusal: RestError, steps: readonly RestStep[]): unknown =>
  RestError.is(error)
    ? withErrorContext(error, { steps: [...steps, ...error.steps], cause: refusal })
    : causedBy(error, refusal)

/**
 * Runs a fallback of an upload, and reports it in the log and in the steps of the result or the error.
 *
 * @throws errors of `work`, with the refusal as `cause`
 */
export const uploadAnotherWay = async <T extends { readonly steps: readonly RestStep[] }>(
  name: UploadFallback,
  refusal: RestError,
  log: LogSink,
  work: () => Promise<T>,
): Promise<T> => {
  const { errCode, message: reason } = refusal
  const steps: readonly RestStep[] = [...refusal.steps, { kind: 'fallback', name, errCode, reason }]
  const message = `the upload was refused; trying the fallback ${name}`
  log({ level: 'warn', event: 'rest.fallback', message, name, errCode, reason, error: refusal })
  try {
    const done = await work()
    return { ...done, steps: [...steps, ...done.steps] }
  } catch (error) {
    throw failed(error, refusal, steps)
  }
}
