import type { FaultStage } from '../fault-stage.js'

/** Meets an armed fault and checks its effect on the client. */
export type Play = (stage: FaultStage) => Promise<void>
