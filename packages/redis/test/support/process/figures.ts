/** ms after which an event is late. */
const LATE = 1000

/** How long events waited, as a line of figures, and the part of them that was late. */
export const figuresOf = (
  name: string,
  waits: readonly number[],
): { readonly line: string; readonly late: number } => {
  const sorted = waits.toSorted((a, b) => a - b)
  const late = sorted.filter((ms) => ms > LATE).length
  const at = (part: number): string => `${sorted[Math.floor(part * (sorted.length - 1))]?.toFixed(0)} ms`
  return {
    line: `${name}: ${sorted.length} events, ${late} waited > 1 s, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}\n`,
    late: late / sorted.length,
  }
}
