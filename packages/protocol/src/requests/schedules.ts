import type { Schedule, ScheduleFields } from '../objects/schedule.js'
import type { EmptyAnswer } from './empty-answer.js'

/**
 * `GET /channels/{channel_id}/schedules`: CONFLICT
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}, docs example and one
 * client send it as the JSON body of the GET.
 */
export interface SchedulesQuery {
  /** Unix milliseconds; default today. */
  readonly since?: number | string
}

/** Schedules ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
export interface ScheduleEndpoints {
  'GET /channels/{channel_id}/schedules': {
    query: SchedulesQuery
    body: SchedulesQuery
    response: readonly Schedule[]
  }
  'GET /channels/{channel_id}/schedules/{schedule_id}': { response: Schedule }
  'POST /channels/{channel_id}/schedules': { body: { readonly schedule: ScheduleFields }; response: Schedule }
  'PATCH /channels/{channel_id}/schedules/{schedule_id}': {
    body: { readonly schedule: ScheduleFields }
    response: Schedule
  }
  'DELETE /channels/{channel_id}/schedules/{schedule_id}': { response: EmptyAnswer }
}
