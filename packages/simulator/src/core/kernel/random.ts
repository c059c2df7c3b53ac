/** State of a small seeded generator, so that every draw of the platform can be reproduced. */
export interface RandomState {
  value: number
}

/** Starts a generator; equal seeds give equal draws. */
export const seedRandom = (seed: number): RandomState => ({ value: seed >>> 0 })

/** The next draw in [0, 1), by the mulberry32 recurrence. */
export const draw = (random: RandomState): number => {
  random.value = (random.value + 0x6d2b79f5) >>> 0
  let mixed = random.value
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

/** Hexadecimal digits of every byte, precomputed because ids are drawn many times a second. */
const hexDigits: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
)

const hexOf = (byte: number): string => hexDigits[byte & 0xff] ?? ''

/** `length` hexadecimal digits. */
export const drawHex = (random: RandomState, length: number): string => {
  let text = ''
  while (text.length < length) {
    const drawn = draw(random) * 2 ** 32
    text += hexOf(drawn >>> 24) + hexOf(drawn >>> 16) + hexOf(drawn >>> 8) + hexOf(drawn)
  }
  return text.length === length ? text : text.slice(0, length)
}

/** A text in the shape of a version 4 UUID. */
export const drawUuid = (random: RandomState): string => {
  const hex = drawHex(random, 32)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}
