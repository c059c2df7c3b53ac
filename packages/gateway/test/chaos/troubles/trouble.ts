import type { Faults, FaultSpec, FaultName } from '@qqkit/simulator'

import type { Draw } from '../deck.js'

/** One thing that can go wrong, and how it is brought about. */
export interface Trouble {
  readonly name: FaultName | (string & {})
  /** Faults that wait for their occasion. */
  readonly arm?: (draw: Draw) => readonly FaultSpec[]
  /** What happens at once, after that. */
  readonly now?: (faults: Faults, draw: Draw) => void
  /**
   * Strikes only a shard that is ready, and nothing else strikes before it has been stable again: together with another
   * trouble it could cost what the platform would have replayed.
   */
  readonly alone?: boolean
}

/** Lets a trouble happen. */
export const strike = ({ arm, now }: Trouble, faults: Faults, draw: Draw): void => {
  for (const spec of arm?.(draw) ?? []) faults.add(spec)
  now?.(faults, draw)
}

/** One of a list. */
export const oneOf = <T>(list: readonly T[], draw: Draw): T => list[draw(list.length)] as T
