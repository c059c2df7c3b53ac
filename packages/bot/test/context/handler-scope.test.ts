import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { HandlerScope } from '../../src/context/handler-scope.js'

/** What becomes of a call, and what the handler does with it before it ends. */
interface Call {
  readonly fails: boolean
  readonly ends: 'before' | 'after'
  readonly used: 'forgotten' | 'awaited' | 'caught' | 'chained' | 'chained and caught'
}

const USES: Readonly<Record<Call['used'], (call: Promise<unknown>) => unknown>> = {
  forgotten: () => {},
  awaited: async (call) => {
    await call
  },
  caught: async (call) => call.catch(() => {}),
  chained: async (call) => call.then(() => {}),
  'chained and caught': async (call) => call.then(() => {}).catch(() => {}),
}

/** Ends a scope as a run of handlers does, or by its slow way alone; tells what went wrong without a handler. */
const end = async (calls: readonly Call[], mayEndAtOnce: boolean): Promise<unknown> => {
  const scope = new HandlerScope(() => {})
  const enders: (() => void)[] = []
  for (const [index, { fails, ends, used }] of calls.entries()) {
    const promise = new Promise((resolve, reject) => {
      const settle = (): void => (fails ? reject(new Error(`${index}`)) : resolve(index))
      if (ends === 'before') settle()
      else enders.push(settle)
    })
    const using = USES[used](scope.watch(promise))
    // A handler that awaits a call fails with it, which is reported elsewhere.
    if (using instanceof Promise) using.catch(() => {})
  }
  // The calls that have ended are known as such.
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  try {
    if (mayEndAtOnce && scope.endIfIdle()) return { unhandled: null }
    const finished = scope.finish()
    for (const settle of enders) settle()
    await finished
    return { unhandled: null }
  } catch (error) {
    return { unhandled: String((error as Error).cause) }
  }
}

describe('BT-02 the end of an event with calls of its handlers', () => {
  it('property: at once, where all calls have ended well, is what waiting for each finds', async () => {
    const call = fc.record<Call>({
      fails: fc.boolean(),
      ends: fc.constantFrom('before', 'after'),
      used: fc.constantFrom('forgotten', 'awaited', 'caught', 'chained', 'chained and caught'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 4 }), async (calls) => {
        expect(await end(calls, true)).toEqual(await end(calls, false))
      }),
      { numRuns: 300 },
    )
  })

  it('is at once after a reply that was awaited', async () => {
    const scope = new HandlerScope(() => {})
    await scope.watch(Promise.resolve('sent'))
    expect(scope.endIfIdle()).toBe(true)
  })

  it('waits for a reply that has not ended, and for a failure that no code handles', async () => {
    const scope = new HandlerScope(() => {})
    void scope.watch(new Promise(() => {}))
    expect(scope.endIfIdle()).toBe(false)
    const failed = new HandlerScope(() => {})
    void failed.watch(Promise.reject(new Error('refused')))
    await Promise.resolve()
    expect(failed.endIfIdle()).toBe(false)
  })
})
