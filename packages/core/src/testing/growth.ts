import process from 'node:process'

/** Whether the CPU time of a function grows faster than the length of its input. */
export interface Growth {
  /** The first length at which the time grew too fast, or `null` if it never did. */
  readonly tooFastAt: number | null
}

const SHORTEST = 16
const DOUBLINGS = 10
/** Times below this, in ms, cannot be distinguished from noise. */
const NOISE = 4
/** The factor between two compared lengths; quadratic time grows by its square. */
const APART = 8
const ALLOWED = APART * 4
const RUNS = 4
const TRIES = 3
const SEARCHES = 3

/** CPU time in ms, so that other processes on the machine do not count. */
const timeOf = (work: (text: string) => unknown, text: string): number => {
  const from = process.cpuUsage()
  work(text)
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

const bestOf = (work: (text: string) => unknown, text: string): number =>
  Math.min(...Array.from({ length: RUNS }, () => timeOf(work, text)))

/** Short disturbances (garbage collection, compilation) count only if they repeat in all three tries. */
const growsTooFast = (work: (text: string) => unknown, long: string, short: string): boolean =>
  Array.from({ length: TRIES }).every(() => {
    const time = bestOf(work, long)
    return time > NOISE && time > ALLOWED * bestOf(work, short)
  })

const firstTooFast = (work: (text: string) => unknown, text: (length: number) => string): number | null => {
  // What is quick at the longest length is not looked at any closer.
  if (timeOf(work, text(SHORTEST * 2 ** DOUBLINGS)) <= NOISE) return null
  let suspect: number | null = null
  for (let step = 0; step <= DOUBLINGS; step += 1) {
    const length = SHORTEST * 2 ** step
    const long = text(length)
    const slow = timeOf(work, long) > NOISE && growsTooFast(work, long, text(length / APART))
    // Two steps in a row: work with a bounded lookahead grows too fast only up to that bound.
    if (slow && suspect !== null) return suspect
    suspect = slow ? length : null
  }
  return null
}

/**
 * Doubles the length of a text ten times and looks for superlinear time: a text eight times as long that takes more than 32
 * times as long, in the best of several runs. What it finds, three searches one after the other must find: a process that
 * marks a large heap is slow for longer than one of them takes.
 *
 * @example
 *   const { tooFastAt } = growthOf(parse, (length) => '<'.repeat(length))
 *   expect(tooFastAt).toBeNull()
 *
 * @param text makes a text of about `length` characters
 */
export const growthOf = (work: (text: string) => unknown, text: (length: number) => string): Growth => {
  let tooFastAt: number | null = null
  for (let search = 0; search < SEARCHES; search += 1) {
    tooFastAt = firstTooFast(work, text)
    if (tooFastAt === null) break
  }
  return { tooFastAt }
}

/** Pieces of mostly unfinished markup. Texts that repeat a piece provoke superlinear parsers. */
export const hostileUnits: readonly string[] = Object.freeze(
  [
    ['\n', ' ', '\t', '\u00A0', ' \n', '\n ', '\u3000', 'a', '今', '\uD800', '\u0000', '\uFEFF'],
    ['<', '<@', '<@!', '<@a', '<@a>', '<#', '<emoji:', '<qqbot-at-user ', '<qqbot-at-user id="'],
    ['<qqbot-at-everyone ', '<qqbot-cmd-enter text="', 'text="', '<faceType=', '<faceType=1,ext="'],
    ['`', '``', '```', '```\n', 'x`', '*', '**', '**a', '*a ', '_', '__a', '~~', '~~a', '#', '# '],
    ['[', ']', '[]', '[a](', '![', '![a](', '![a #1px ', '#1px ', '(', '()', ')', '> ', '- ', '1. '],
    ['|', '\\', '\\[', '&', '&lt;', '&amp', '&#', '@', '@bot', '@bot ', '"', '“', "'", '‘', '/', '.', '。'],
    ['=', 'https://a?', 'http://', 'Bearer ', ' [', '[[', '[![', '" ', "' ", '“ ', '‘ ', '<@ ', '` '],
  ].flat(),
)
