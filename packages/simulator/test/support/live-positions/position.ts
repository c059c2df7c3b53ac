import type { LiveName } from '../../../src/index.js'
import type { FaultStage } from '../fault-stage.js'

/** What a client sees while a switch stands in one position. */
export type Story = (stage: FaultStage) => Promise<void>

/** Stories by position, by switch. */
export type Positions = Readonly<Partial<Record<LiveName, Readonly<Record<string, Story>>>>>
