import { batch } from '@preact/signals'

/** Shortest and longest time between two drawings, ms. */
const SHORTEST = 16
const LONGEST = 1000
/** Drawing takes at most about one part in this many of the time. */
const SHARE = 3

/**
 * Puts actions together, so that a busy simulator is drawn as often as this machine can take it and not once per
 * message. The longer a drawing takes, the longer the next one waits.
 */
export const gather = <Action>(dispatch: (action: Action) => void): ((action: Action) => void) => {
  let waiting: Action[] = []
  let cost = 0
  let scheduled = false

  const apply = (): void => {
    const started = performance.now()
    const actions = waiting
    waiting = []
    scheduled = false
    batch(() => {
      for (const action of actions) dispatch(action)
    })
    // A task of its own comes after what was drawn because of this one.
    setTimeout(() => {
      cost = performance.now() - started
    })
  }

  return (action) => {
    waiting.push(action)
    if (scheduled) return
    scheduled = true
    setTimeout(apply, Math.min(LONGEST, Math.max(SHORTEST, cost * SHARE)))
  }
}
