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

/** The name of an incident. */
export type IncidentName =
  | 'thirty-minute-cut'
  | 'op7-then-4009'
  | 'resume-loop-4902'
  | 'ready-then-kicked'
  | 'one-lost-ack'
  | 'half-open-hour'
  | 'gateway-null-at-start'
  | 'token-endpoint-limited'
  | 'expired-while-thinking'
  | 'answer-lost-after-executing'
  | 'replayed-night'
  | 'refused-intent'
  | 'permission-withdrawn'
  | 'doubled-delivery'

/**
 * Incidents that really happened to bots, by name, for `sim.play()`.
 *
 * To add one: a file here with a story and a source, its entry in this list, its signs in
 * `test/platform/incidents.test.ts`, and a row in both READMEs.
 *
 * @example
 *   await sim.play(incidents['resume-loop-4902']).done
 */
export const incidents: Readonly<Record<IncidentName, Scenario>> = {
  'thirty-minute-cut': thirtyMinuteCut,
  'op7-then-4009': op7Then4009,
  'resume-loop-4902': resumeLoop4902,
  'ready-then-kicked': readyThenKicked,
  'one-lost-ack': oneLostAck,
  'half-open-hour': halfOpenHour,
  'gateway-null-at-start': gatewayNullAtStart,
  'token-endpoint-limited': tokenEndpointLimited,
  'expired-while-thinking': expiredWhileThinking,
  'answer-lost-after-executing': answerLostAfterExecuting,
  'replayed-night': replayedNight,
  'refused-intent': refusedIntent,
  'permission-withdrawn': permissionWithdrawn,
  'doubled-delivery': doubledDelivery,
}
