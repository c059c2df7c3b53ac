import { answerLostAfterExecuting } from './incidents/answer-lost-after-executing.js'
import { doubledDelivery } from './incidents/doubled-delivery.js'
import { expiredWhileThinking } from './incidents/expired-while-thinking.js'
import { gatewayNullAtStart } from './incidents/gateway-null-at-start.js'
import { halfOpenHour } from './incidents/half-open-hour.js'
import { oneLostAck } from './incidents/one-lost-ack.js'
import { op7Then4009 } from './incidents/op7-then-4009.js'
import { permissionWithdrawn } from './incidents/permission-withdrawn.js'
import { readyThenKicked } from './incidents/ready-then-kicked.js'
import { refusedIntent } from './incidents/refused-intent.js'
import { replayedNight } from './incidents/replayed-night.js'
import { resumeLoop4902 } from './incidents/resume-loop-4902.js'
import { thirtyMinuteCut } from './incidents/thirty-minute-cut.js'
import { tokenEndpointLimited } from './incidents/token-endpoint-limited.js'
import type { Scenario } from './scenario.js'

/** Incidents that really happened to bots, ready to be played. */
export const INCIDENTS: readonly Scenario[] = [
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
