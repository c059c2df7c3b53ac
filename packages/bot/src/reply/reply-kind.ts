import { AsyncLocalStorage } from 'node:async_hooks'

/** Kinds of replies that are no answers: about a failure, or dependent on timing. */
type MarkedKind = 'apology' | 'notice'

/** The context whose replies are of another kind for the moment. */
const current = new AsyncLocalStorage<{ readonly owner: object; readonly kind: MarkedKind }>()

/**
 * Runs a function whose replies to one event are apologies or notices by default. They are no answers: the next run, which may
 * not fail or not be late, must not take their numbers for those of its answers.
 *
 * @param owner the context
 */
export const withReplyKind = <T>(owner: object, kind: MarkedKind, run: () => T): T =>
  current.run({ owner, kind }, run)

/** The default kind of a reply to an event at this point of the program. */
export const currentReplyKind = (owner: object): MarkedKind | 'answer' => {
  const marked = current.getStore()
  return marked?.owner === owner ? marked.kind : 'answer'
}
