import type { CancelTimer, Clock } from '@qqkit/core'

import type { Scenario, ScenarioAct, ScenarioStep } from './scenario.js'

/** A running scenario. */
export interface Playback {
  /** Name of the scenario. */
  readonly name: string
  /** ms from its start to its last step. */
  readonly length: number
  /** ms of the scenario that have passed; time while it is paused does not count. */
  readonly position: number
  readonly paused: boolean
  /** Resolves after the last step, or when the scenario was stopped. */
  readonly done: Promise<void>
  /** Stops the scenario before its next step. */
  stop(): void
  /** Holds the scenario before its next step until `resume()`. */
  pause(): void
  resume(): void
}

interface Moment {
  readonly at: number
  readonly act: ScenarioAct
}

const momentsOf = (step: ScenarioStep): readonly Moment[] => {
  const { at, every = 0, times = 1, ...act } = step
  return Array.from({ length: every > 0 ? times : 1 }, (_, number) => ({
    at: at + number * every,
    act: act as ScenarioAct,
  }))
}

/** Plays a scenario on a clock. Steps of one moment happen in the order of the file. */
export const play = (scenario: Scenario, clock: Clock, act: (act: ScenarioAct) => void): Playback => {
  const moments = scenario.steps.flatMap(momentsOf).toSorted((a, b) => a.at - b.at)
  const length = moments.at(-1)?.at ?? 0
  let start = clock.now()
  /** The position at which the scenario was paused. */
  let held: number | null = null
  let next = 0
  let cancel: CancelTimer = () => {}
  let finish: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    finish = resolve
  })
  // An act may pause the scenario, through a listener of the log.
  const isHeld = (): boolean => held !== null
  const isOver = (): boolean => next >= moments.length
  const advance = (): void => {
    for (let moment = moments[next]; moment && !isHeld(); moment = moments[next]) {
      const left = start + moment.at - clock.now()
      if (left > 0) {
        cancel = clock.setTimer(left, advance)
        return
      }
      next += 1
      act(moment.act)
    }
    if (isOver()) finish()
  }
  advance()
  return {
    name: scenario.name,
    length,
    get position() {
      return isOver() ? length : (held ?? clock.now() - start)
    },
    get paused() {
      return held !== null && !isOver()
    },
    done,
    stop: () => {
      next = moments.length
      cancel()
      finish()
    },
    pause: () => {
      if (held !== null) return
      held = clock.now() - start
      cancel()
    },
    resume: () => {
      if (held === null) return
      start = clock.now() - held
      held = null
      advance()
    },
  }
}
