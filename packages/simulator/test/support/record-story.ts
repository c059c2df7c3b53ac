import { ManualClock } from '@qqkit/core/testing'

import type { SimulatorOptions } from '../../src/index.js'
import type { WireAnswer, WireClient } from './wire-client.js'

/** Starts a simulator and a client of it. */
export type Make = (options?: SimulatorOptions) => Promise<WireClient>

/** The observations of a story, in order. */
export type Transcript = unknown[]

/** Actions on a client, with observations. */
export type Story = (client: WireClient, see: (...things: unknown[]) => void) => Promise<void>

/** Runs a story on a stopped clock, and returns its observations. */
export const recordStory = async (
  make: Make,
  story: Story,
  options: SimulatorOptions,
): Promise<Transcript> => {
  const client = await make({ clock: new ManualClock(), seed: 7, ...options })
  const transcript: Transcript = []
  try {
    await story(client, (...things) => transcript.push(...things))
    return JSON.parse(JSON.stringify(transcript).replaceAll(client.sim.url.slice(7), 'HOST')) as Transcript
  } finally {
    await client.close()
  }
}

/** The compared part of an answer. */
export const shape = ({ status, text, headers }: WireAnswer): unknown => ({
  status,
  text,
  type: headers['content-type'],
  trace: headers['x-tps-trace-id'],
})
