import type { Series } from './rounds.js'
import { spreadOf, type Spread } from './spread.js'

const show = ({ min, median, max }: Spread): string => {
  const digits = median >= 100 ? 0 : 2
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`
}

/**
 * A Markdown table: the median of each contender and figure with its range, and the ratio to the first contender within
 * each round.
 */
export const report = (title: string, series: readonly Series[]): string => {
  const [floor] = series
  const names = Object.keys(floor?.rounds[0] ?? {})
  const compared = series.length > 1
  const head = ['', ...names.flatMap((name) => (compared ? [name, `÷ ${floor?.name}`] : [name]))]
  const rows = series.map(({ name, rounds }) => [
    name,
    ...names.flatMap((figure) => {
      const values = rounds.map((round) => round[figure] ?? Number.NaN)
      const ratios = values.map((value, index) => value / (floor?.rounds[index]?.[figure] ?? Number.NaN))
      if (!compared) return [show(spreadOf(values))]
      return [show(spreadOf(values)), floor?.name === name ? '1' : show(spreadOf(ratios))]
    }),
  ])
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    `### ${title}`,
    '',
    `Median of ${floor?.rounds.length ?? 0} interleaved rounds, with the smallest and largest in parentheses.`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
  ].join('\n')
}
