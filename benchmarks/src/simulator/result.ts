import process from 'node:process'

/** The result of a measurement. */
interface Result {
  readonly name: string
  readonly lines: readonly string[]
  /** Whether the required pace was reached. */
  readonly kept: boolean
}

/** A result as text. A missed pace fails the run. */
export const resultText = ({ name, lines, kept }: Result): string => {
  if (!kept) process.exitCode = 1
  return [
    `### ${name}`,
    '',
    ...lines.map((line) => `- ${line}`),
    ...(kept ? [] : ['- the simulator fell behind']),
    '',
  ].join('\n')
}

/** A number of ms with one decimal. */
export const ms = (value: number): string => `${value.toFixed(1)} ms`

/** The value below which `share` of the values lie. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
