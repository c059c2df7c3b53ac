import { AsyncLocalStorage } from 'node:async_hooks'

/** Who answers the event whose failure is being told of. */
const telling = new AsyncLocalStorage<object>()

/**
 * Tells of a failure. What is said to the event meanwhile is an apology, not an answer: the next run, which may not fail, must not
 * take it for one of its own.
 */
export const tellFailure = <T>(replier: object, tell: () => T): T => telling.run(replier, tell)

/** Whether what is said comes from where a failure of this event is told of. */
export const isApology = (replier: object): boolean => telling.getStore() === replier
