/**
 * A source of randomness that repeats: equal seeds give equal numbers from 0 up to 1, on every machine (Mulberry32). For
 * whatever takes a `random` as an option.
 *
 * @param seed a whole number; its lower 32 bits count
 */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
