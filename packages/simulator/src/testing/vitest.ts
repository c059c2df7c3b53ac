import { checkExpected, checkTurn } from './check.js'
import { DeskError } from './desk-error.js'
import { describeExpected, type Expected } from './expected.js'
import type { Turn, WaitOptions } from './turn.js'

/** What a matcher returns to `expect`. */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/** The matchers as methods of `expect(…)`: `declare module 'vitest' { interface Matchers<T> extends DeskMatchers<T> {} }`. */
export interface DeskMatchers<T = unknown> {
  /** Waits for the next message of the bot, and compares it. */
  toBeAnsweredWith(expected: Expected, options?: WaitOptions): Promise<T>
  /** Makes sure that the bot says nothing. */
  toStayUnanswered(options?: { readonly within?: number }): Promise<T>
}

const outcome = async (act: () => Promise<unknown>, opposite: string): Promise<MatcherResult> => {
  try {
    await act()
    return { pass: true, message: () => opposite }
  } catch (error) {
    if (!(error instanceof DeskError)) throw error
    return { pass: false, message: () => error.message }
  }
}

/**
 * Matchers for `expect.extend`, of vitest or jest.
 *
 * @example
 *   expect.extend(deskMatchers)
 *   await expect(desk.user('ann').say('/ping')).toBeAnsweredWith('pong')
 */
export const deskMatchers: {
  readonly toBeAnsweredWith: (turn: Turn, expected: Expected, options?: WaitOptions) => Promise<MatcherResult>
  readonly toStayUnanswered: (turn: Turn, options?: { readonly within?: number }) => Promise<MatcherResult>
} = {
  toBeAnsweredWith: async (turn, expected, options) => {
    checkTurn('toBeAnsweredWith', turn)
    checkExpected(expected)
    return outcome(
      async () => turn.expect(expected, options),
      `expected another answer than ${describeExpected(expected)}`,
    )
  },
  toStayUnanswered: async (turn, options) => {
    checkTurn('toStayUnanswered', turn)
    return outcome(async () => turn.expectNothing(options), 'expected an answer, but the bot said nothing')
  },
}
