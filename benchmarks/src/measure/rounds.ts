/** One measured figure of one run, by name, e.g. `{ 'CPU per event (µs)': 5.1 }`. */
export type Figures = Readonly<Record<string, number>>

/** A contender: runs once, in a separate process, and returns its figures. */
export interface Contender {
  readonly name: string
  readonly run: () => Promise<Figures>
}

/** The runs of one contender, in the order of the rounds. */
export interface Series {
  readonly name: string
  readonly rounds: readonly Figures[]
}

/**
 * Runs all contenders once per round, one after another: a machine that slows down halfway slows all of them. The first
 * round warms up and does not count.
 */
export const runRounds = async (contenders: readonly Contender[], rounds: number): Promise<Series[]> => {
  const series = contenders.map(({ name }) => ({ name, rounds: [] as Figures[] }))
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const figures = await contender.run()
      if (round > 0) series[index]?.rounds.push(figures)
    }
  }
  return series
}
