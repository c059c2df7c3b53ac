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
 * Emits a process warning about an error of a user's function, for middleware, which has no log. It is emitted as text: Node
 * reads an error object later, where an exception of its getters could not be caught.
 */
export const warnProcess = (thrown: unknown, type: string): void => {
  const detail = stackOf(thrown)
  process.emitWarning(messageOf(thrown), { type, ...(detail !== undefined && { detail }) })
}

/**
 * Runs work whose failure costs no answer: it is a process warning, once until the work goes well again or fails in another way. An
 * async function of a user's is such work too, though nothing waits for it.
 */
export const quietly = (type: string): (<T>(work: () => T | Promise<T>) => Promise<T | null>) => {
  let last: string | null = null
  return async (work) => {
    try {
      const result = await work()
      last = null
      return result
    } catch (error) {
      const message = messageOf(error)
      if (message !== last) warnProcess(error, type)
      last = message
      return null
    }
  }
}
