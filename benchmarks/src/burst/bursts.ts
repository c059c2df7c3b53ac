import { once } from 'node:events'

import { UNCOLLECTED } from '../measure/allocations.js'
import { messageFrom, runChild, startChild } from '../measure/child.js'
import type { Measure } from '../measure/count-events.js'
import { countsInstructions, instructionsOf } from '../measure/instructions.js'
import { report } from '../measure/report.js'
import { runRounds, type Figures, type Series } from '../measure/rounds.js'
import { receivers } from './clients.js'

/** How frames are written, and to whom. */
interface BurstTrial {
  readonly mode: 'whole' | 'odd'
  readonly measure: Measure | 'instructions'
  readonly contenders: readonly string[]
  readonly events: number
  readonly people: number
  readonly rounds: number
}

const CLIENT = new URL('client.ts', import.meta.url)

/** Runs contenders against bursts of the same messages. */
export const runBursts = async (trial: BurstTrial): Promise<Series[]> => {
  const { mode, measure, contenders, events, people, rounds } = trial
  const server = startChild(new URL('server.ts', import.meta.url), [mode, String(events), String(people)])
  try {
    const port = await messageFrom<number>(server)
    const run = (name: string) => async (): Promise<Figures> => {
      const args = (count: number): string[] => [name, measure, String(port), String(count)]
      if (measure === 'instructions') {
        // The start and the compiler's work are in both.
        const [half, whole] = [
          await instructionsOf(CLIENT, args(events / 2)),
          await instructionsOf(CLIENT, args(events)),
        ]
        return { 'instructions per event': (whole - half) / (events / 2) }
      }
      return runChild<Figures>(CLIENT, args(events), measure.endsWith('bytes') ? UNCOLLECTED : [])
    }
    return await runRounds(
      contenders.map((name) => ({ name, run: run(name) })),
      rounds,
      measure === 'cpu' ? 1 : 0,
    )
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

const ALL = Object.keys(receivers)
const OURS = ALL.filter((name) => name.startsWith('bare') || name.startsWith('@qqkit/'))
/** What may keep something of each event. */
const SOAKED = ['@qqkit/gateway', '@qqkit/bot, reading nothing']
const many = (count: number): string => count.toLocaleString('en')

/** CPU per event, with frames cut anywhere, and beside every peer. */
export const benchBursts = async ({
  events,
  rounds,
}: {
  events: number
  rounds: number
}): Promise<string> => {
  const table = async (title: string, trial: Partial<BurstTrial>): Promise<string> =>
    report(
      title,
      await runBursts({
        mode: 'whole',
        measure: 'cpu',
        contenders: OURS,
        events,
        people: 64,
        rounds,
        ...trial,
      }),
    )
  return [
    await table('Bursts of 64 messages a write, 1 conversation', { people: 1 }),
    await table('Bursts of 64 messages a write, 64 conversations', {}),
    await table('The same bursts in pieces that begin and end anywhere', { mode: 'odd' }),
    // Fewer events: one of the peers takes some 30 times the floor.
    await table('The same bursts, beside every peer', { contenders: ALL, events: events / 4 }),
  ].join('\n')
}

/** Instructions per event, which depend little on what else the machine does, where they are counted. */
export const benchInstructions = async ({
  events,
  rounds,
}: {
  events: number
  rounds: number
}): Promise<string> =>
  countsInstructions()
    ? report(
        'Instructions per event',
        await runBursts({
          mode: 'whole',
          measure: 'instructions',
          contenders: ALL,
          events,
          people: 64,
          rounds,
        }),
      )
    : 'This machine does not count instructions (`perf stat -e instructions:u`): `allocations` has counts.\n'

/** Bytes allocated per event, which do not depend on what else the machine does. */
export const benchAllocations = async ({ rounds }: { rounds: number }): Promise<string> => {
  const tables: string[] = []
  for (const people of [1, 64, 10_000]) {
    const series = await runBursts({
      mode: 'whole',
      measure: 'bytes',
      contenders: people === 64 ? ALL : OURS,
      events: 50_000,
      people,
      rounds,
    })
    tables.push(report(`Bytes allocated per event, ${many(people)} conversations`, series))
  }
  return tables.join('\n')
}

/** Cost per event at the beginning and at the end of many events. */
export const benchSoak = async ({ events, rounds }: { events: number; rounds: number }): Promise<string> => {
  const base = { mode: 'whole', contenders: SOAKED, events, people: 64, rounds } as const
  const title = `Cost per event after ${many(events)} events`
  return [
    report(`${title}: CPU`, await runBursts({ ...base, measure: 'soak-cpu' })),
    report(`${title}: bytes allocated`, await runBursts({ ...base, measure: 'soak-bytes' })),
  ].join('\n')
}
