/** How far an order of a person reaches in its conversation. */
export interface StopMark {
  /** The id before which events are stopped. */
  readonly before: string
  /** Wall ms of the platform before which they were said, whenever they came; `null` where that does not matter. */
  readonly said: number | null
}

/** A mark as workers hear it, with the conversation. */
export const readMark = (message: string): readonly [conversation: string, mark: StopMark] | null => {
  const [, before, said, conversation] = /^(\d+) (\d*) ([^]*)$/.exec(message) ?? []
  return before === undefined || conversation === undefined
    ? null
    : [conversation, markOf(before, said ?? '')]
}

/** A mark as the server has it: an id, and µs or nothing. */
export const markOf = (before: string, said: string): StopMark => ({
  before,
  said: said === '' ? null : Number(said) / 1000,
})

/** The mark of two orders to one conversation, as the script `stop` keeps it. */
export const fartherMark = (known: StopMark | undefined, mark: StopMark): StopMark =>
  known
    ? {
        before: Number(known.before) > Number(mark.before) ? known.before : mark.before,
        said:
          known.said === null || mark.said === null
            ? (known.said ?? mark.said)
            : Math.max(known.said, mark.said),
      }
    : mark

/** Whether an event was there before an order, or was said before it. */
export const isOlder = (
  { id }: { readonly id: string },
  { said }: { readonly said: number | null },
  mark: StopMark,
): boolean => Number(id) < Number(mark.before) || (said !== null && mark.said !== null && said < mark.said)

/** Whether an event is stopped that no worker handles: what a person said or clicked, and whatever a worker had begun. */
export const isStopped = (
  event: { readonly id: string; readonly lives: number },
  entry: { readonly said: number | null; readonly byPerson: boolean },
  mark: StopMark,
): boolean => isOlder(event, entry, mark) && (entry.byPerson || event.lives > 0)
