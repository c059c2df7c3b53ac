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
 * Runs all contenders once per round, one after another: a machine that slows down halfway slows all of them. Rounds
 * before the first one warm up and do not count; counts of bytes need none.
 */
export const runRounds = async (
  contenders: readonly Contender[],
  rounds: number,
  warmUps = 1,
): Promise<Series[]> => {
  const series = contenders.map(({ name }) => ({ name, rounds: [] as Figures[] }))
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const figures = await contender.run()
      if (round > 0) series[index]?.rounds.push(figures)
    }
  }
  return series
}
