import type { LiveName } from '../../../src/index.js'
import type { FaultStage } from '../fault-stage.js'

/** The behaviour of the platform with a switch in one position, as a client sees it. */
export type Story = (stage: FaultStage) => Promise<void>

/** Stories by switch and position. */
export type Positions = Readonly<Partial<Record<LiveName, Readonly<Record<string, Story>>>>>
