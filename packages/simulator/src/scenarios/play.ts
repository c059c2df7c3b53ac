import type { CancelTimer, Clock } from '@qqkit/core'

import type { Scenario, ScenarioAct, ScenarioStep } from './scenario.js'

/** A running scenario. */
export interface Playback {
  /** Resolves after the last step, or when the scenario was stopped. */
  readonly done: Promise<void>
  /** Stops the scenario before its next step. */
  stop(): void
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
  const start = clock.now()
  let next = 0
  let cancel: CancelTimer = () => {}
  let finish: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    finish = resolve
  })
  const advance = (): void => {
    for (let moment = moments[next]; moment; moment = moments[next]) {
      const left = start + moment.at - clock.now()
      if (left > 0) {
        cancel = clock.setTimer(left, advance)
        return
      }
      next += 1
      act(moment.act)
    }
    finish()
  }
  advance()
  return {
    done,
    stop: () => {
      next = moments.length
      cancel()
      finish()
    },
  }
}
