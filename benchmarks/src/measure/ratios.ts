import type { Series } from './rounds.js'
import { spreadOf, type Spread } from './spread.js'

/** One figure of a contender, round by round. */
export const figureOf = (series: readonly Series[], name: string, figure: string): number[] => {
  const found = series.find((one) => one.name === name)
  return (found?.rounds ?? []).map((round) => round[figure] ?? Number.NaN)
}

/** A figure of one contender over that of another, each round by itself. */
export const ratioOf = (
  series: readonly Series[],
  figure: string,
  [name, floor]: readonly [name: string, floor: string],
): Spread => {
  const floors = figureOf(series, floor, figure)
  return spreadOf(figureOf(series, name, figure).map((value, round) => value / (floors[round] ?? Number.NaN)))
}
