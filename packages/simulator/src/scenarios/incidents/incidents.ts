import type { Scenario } from '../scenario.js'
import { answerLostAfterExecuting } from './answer-lost-after-executing.js'
import { doubledDelivery } from './doubled-delivery.js'
import { expiredWhileThinking } from './expired-while-thinking.js'
import { gatewayNullAtStart } from './gateway-null-at-start.js'
import { halfOpenHour } from './half-open-hour.js'
import { oneLostAck } from './one-lost-ack.js'
import { op7Then4009 } from './op7-then-4009.js'
import { permissionWithdrawn } from './permission-withdrawn.js'
import { readyThenKicked } from './ready-then-kicked.js'
import { refusedIntent } from './refused-intent.js'
import { replayedNight } from './replayed-night.js'
import { resumeLoop4902 } from './resume-loop-4902.js'
import { thirtyMinuteCut } from './thirty-minute-cut.js'
import { tokenEndpointLimited } from './token-endpoint-limited.js'

/**
 * Incidents that really happened to bots, for `sim.play()`.
 *
 * To add one: a file here with a story and a source, its entry in this list, its signs in
 * `test/platform/incidents.test.ts`, and a row in both READMEs.
 *
 * @example
 *   const incident = incidents.find(({ name }) => name === 'resume-loop-4902')
 *   if (incident) await sim.play(incident).done
 */
export const incidents: readonly Scenario[] = [
  thirtyMinuteCut,
  op7Then4009,
  resumeLoop4902,
  readyThenKicked,
  oneLostAck,
  halfOpenHour,
  gatewayNullAtStart,
  tokenEndpointLimited,
  expiredWhileThinking,
  answerLostAfterExecuting,
  replayedNight,
  refusedIntent,
  permissionWithdrawn,
  doubledDelivery,
]
