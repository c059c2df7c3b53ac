import type { LogEntry } from '../../core/log-entry.js'
import type { PagePress } from '../wire.js'

/** Presses that the page remembers. */
const PRESSES = 200

/** Presses by the id of their interaction, oldest first. */
export type Presses = ReadonlyMap<string, PagePress>

/** The presses with one more. */
export const withPress = (presses: Presses, interaction: string, press: PagePress): Presses =>
  new Map([...presses, [interaction, press] as const].slice(-PRESSES))

/** The presses after an entry of the log; the same map when the entry acknowledges none of them. */
export const nextPresses = (presses: Presses, entry: LogEntry): Presses => {
  if (entry.kind !== 'interaction' || entry.code === null) return presses
  const press = presses.get(entry.id)
  if (press === undefined) return presses
  return new Map(presses).set(entry.id, { ...press, code: entry.code })
}
