import type { FaultStage } from '../fault-stage.js'

/** Meets a fault that is armed, and expects what a client must see. */
export type Play = (stage: FaultStage) => Promise<void>
