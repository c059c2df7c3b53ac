import process from 'node:process'

import { messageOf } from '@qqkit/core/internal'

const stackOf = (thrown: unknown): string | undefined => {
  try {
    const stack: unknown = (thrown as Partial<Error> | null | undefined)?.stack
    return typeof stack === 'string' ? stack : undefined
  } catch {
    return undefined
  }
}

/**
 * A warning of the process about what somebody's function threw, for batteries, which have no log. As a text: what Node
 * does with an error of somebody's own it does later, where nobody catches it.
 */
export const warnProcess = (thrown: unknown, type: string): void => {
  const detail = stackOf(thrown)
  process.emitWarning(messageOf(thrown), { type, ...(detail !== undefined && { detail }) })
}
