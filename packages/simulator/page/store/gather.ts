import { batch } from '@preact/signals'

/** Shortest and longest time between two renderings, in ms. */
const SHORTEST = 16
const LONGEST = 1000
/** Rendering takes at most about 1 / `SHARE` of the time. */
const SHARE = 3

/**
 * Batches actions, so that a busy simulator does not cause a rendering per message. The longer a rendering takes, the
 * longer the next one waits.
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
    // A new task runs after the rendering that this dispatch has caused.
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
