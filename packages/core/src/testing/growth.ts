import process from 'node:process'

/** How the CPU time of a function grows with the length of its input. */
export interface Growth {
  /** Length of the input at which it was seen to grow faster than the input, or `null` where it was not. */
  readonly tooFastAt: number | null
}

const SHORTEST = 16
const DOUBLINGS = 10
/** Below this nothing is told apart from noise, in ms. */
const NOISE = 4
/** Lengths that are compared are this far apart; time that grows with the square of them grows by its square. */
const APART = 8
const ALLOWED = APART * 4
const RUNS = 4
const TRIES = 3

/** CPU time in ms: what others do with the processor meanwhile does not count. */
const timeOf = (work: (text: string) => unknown, text: string): number => {
  const from = process.cpuUsage()
  work(text)
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

const bestOf = (work: (text: string) => unknown, text: string): number =>
  Math.min(...Array.from({ length: RUNS }, () => timeOf(work, text)))

/** What disturbs a measurement (garbage collection, compilation) has to do it three times in a row. */
const growsTooFast = (work: (text: string) => unknown, long: string, short: string): boolean =>
  Array.from({ length: TRIES }).every(() => {
    const time = bestOf(work, long)
    return time > NOISE && time > ALLOWED * bestOf(work, short)
  })

/**
 * Doubles the length of a text ten times over, and looks for a step at which the time of `work` has grown by far more than
 * the text: four times more than by its length, over eight times the length, in the best of several runs.
 *
 * @param text makes a text of about so many characters
 */
export const growthOf = (work: (text: string) => unknown, text: (length: number) => string): Growth => {
  let suspect: number | null = null
  for (let step = 0; step <= DOUBLINGS; step += 1) {
    const length = SHORTEST * 2 ** step
    const long = text(length)
    const slow = timeOf(work, long) > NOISE && growsTooFast(work, long, text(length / APART))
    // Twice in a row: what looks no further than so many characters grows too fast only until it has reached them.
    if (slow && suspect !== null) return { tooFastAt: suspect }
    suspect = slow ? length : null
  }
  return { tooFastAt: null }
}

/** What opens and closes markup, and what stands around it, to be repeated: nearly all of it unfinished. */
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
