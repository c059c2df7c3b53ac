/** A count that is kept within a limit. Times in ms on the clock; the same inputs give the same outputs. */
export interface Window {
  /** The earliest time from `now` on at which the one behind `ahead` others gets a place. */
  readyAt(now: number, ahead: number): number
  /** Takes a place, at a time when there is one. */
  take(now: number): void
  /** Gives back the place taken at `stamp`, as if it had never been taken. */
  giveBack(stamp: number): void
  /** Of this day at least so many were taken, says who counts for longer than a process lives. */
  learn?(now: number, count: number): void
  /** Whether it remembers nothing that matters. */
  idle(now: number): boolean
}
