import type { Series } from './rounds.js'
import { figureOf, ratioOf } from './ratios.js'
import { spreadOf, type Spread } from './spread.js'

const show = ({ min, median, max }: Spread): string => {
  const digits = median >= 100 ? 0 : 2
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`
}

/** The lines of a Markdown table. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)

/**
 * A Markdown table: the median of each contender and figure with its range, and the ratio to the first contender within
 * each round.
 */
export const report = (title: string, series: readonly Series[]): string => {
  const [floor] = series
  const names = Object.keys(floor?.rounds[0] ?? {})
  const compared = series.length > 1
  const head = ['', ...names.flatMap((name) => (compared ? [name, `÷ ${floor?.name}`] : [name]))]
  const rows = series.map(({ name }) => [
    name,
    ...names.flatMap((figure) => {
      const absolute = show(spreadOf(figureOf(series, name, figure)))
      if (!floor || !compared) return [absolute]
      return [absolute, floor.name === name ? '1' : show(ratioOf(series, figure, [name, floor.name]))]
    }),
  ])
  return [
    `### ${title}`,
    '',
    `Median of ${floor?.rounds.length ?? 0} interleaved rounds, with the smallest and largest in parentheses.`,
    '',
    ...table(head, rows),
    '',
  ].join('\n')
}
