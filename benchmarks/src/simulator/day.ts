import { playDay } from '../../../packages/simulator/test/support/play-day.js'
import { ms, resultText } from './result.js'

const PROMISED = 5_000

/** A day of one bot in memory: 10 000 events, a reply to each, and 200 faults of every kind. */
export const benchSimulatorDay = async (): Promise<string> => {
  const start = performance.now()
  const before = process.cpuUsage()
  const lines: string[] = []
  await playDay(3, {}, ({ sim, bot, troubles }) => {
    const took = performance.now() - start
    const { user, system } = process.cpuUsage(before)
    const { lost, doubled, reordered } = sim.oracle.judge(bot.handled)
    lines.push(
      `took ${ms(took)}, ${ms((user + system) / 1_000)} on all processors (promised: under 5 000)`,
      `${troubles.length} faults; handled ${bot.handled.length}, lost ${lost.length} that the platform never sent, ` +
        `doubled ${doubled.length}, reordered ${reordered.length}, replies ${sim.oracle.executed('c2c.send')}`,
    )
  })
  return resultText({
    name: 'a day in memory: 10 000 events, 200 faults of every kind',
    lines,
    kept: performance.now() - start < PROMISED,
  })
}
