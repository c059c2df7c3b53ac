import { AsyncLocalStorage } from 'node:async_hooks'

/** What is said where no handler answers: that something failed, or what depends on when it is said. */
type SpokenKind = 'apology' | 'notice'

/** Who speaks, and how. */
const speaking = new AsyncLocalStorage<{ readonly replier: object; readonly kind: SpokenKind }>()

/**
 * Runs what tells of a failure, or of a matter of time. What it says to the event is no answer: the next run, which may not fail
 * or not be late, must not take it for one of its own.
 */
export const withReplyKind = <T>(replier: object, kind: SpokenKind, run: () => T): T =>
  speaking.run({ replier, kind }, run)

/** What a reply is to this event, by where it comes from. */
export const currentReplyKind = (replier: object): SpokenKind | 'answer' => {
  const now = speaking.getStore()
  return now?.replier === replier ? now.kind : 'answer'
}
