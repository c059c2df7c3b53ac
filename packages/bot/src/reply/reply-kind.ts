import { AsyncLocalStorage } from 'node:async_hooks'

/** What is said where no handler answers: that something failed, or what depends on when it is said. */
type SpokenKind = 'apology' | 'notice'

/** The context whose replies are of another kind for the moment. */
const current = new AsyncLocalStorage<{ readonly owner: object; readonly kind: SpokenKind }>()

/**
 * Runs what tells of a failure, or of a matter of time. What it says to the event is no answer: the next run, which may not fail
 * or not be late, must not take it for one of its own.
 */
export const withReplyKind = <T>(owner: object, kind: SpokenKind, run: () => T): T =>
  current.run({ owner, kind }, run)

/** What a reply is to this event, by where it comes from. */
export const currentReplyKind = (owner: object): SpokenKind | 'answer' => {
  const marked = current.getStore()
  return marked?.owner === owner ? marked.kind : 'answer'
}
