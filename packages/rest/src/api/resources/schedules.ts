import type { BodyOf, Schedule, SchedulesQuery } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Schedules of channels; times are Unix milliseconds as text
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export class SchedulesApi extends Resource {
  /**
   * The schedules of a channel on the day of `since`, by default today
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). The docs put
   * `since` into the body of the GET; it goes into the query as well, for that is where a GET keeps it.
   */
  list(channelId: string, query: SchedulesQuery = {}, options?: CallOptions): Promise<readonly Schedule[]> {
    return this.calls.call(
      'GET /channels/{channel_id}/schedules',
      { channel_id: channelId },
      query?.since === undefined ? { query } : { query, body: query },
      options,
    )
  }

  /** A schedule ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
  get(channelId: string, scheduleId: string, options?: CallOptions): Promise<Schedule> {
    return this.calls.call(
      'GET /channels/{channel_id}/schedules/{schedule_id}',
      { channel_id: channelId, schedule_id: scheduleId },
      {},
      options,
    )
  }

  /**
   * Creates a schedule of at most 7 days; 10 per admin and 100 per guild a day
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-6 §2.6},
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  create(
    channelId: string,
    body: BodyOf<'POST /channels/{channel_id}/schedules'>,
    options?: CallOptions,
  ): Promise<Schedule> {
    return this.calls.call(
      'POST /channels/{channel_id}/schedules',
      { channel_id: channelId },
      { body },
      options,
    )
  }

  /**
   * Changes a schedule
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  update(
    channelId: string,
    scheduleId: string,
    body: BodyOf<'PATCH /channels/{channel_id}/schedules/{schedule_id}'>,
    options?: CallOptions,
  ): Promise<Schedule> {
    return this.calls.call(
      'PATCH /channels/{channel_id}/schedules/{schedule_id}',
      { channel_id: channelId, schedule_id: scheduleId },
      { body },
      options,
    )
  }

  /**
   * Deletes a schedule
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  delete(channelId: string, scheduleId: string, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /channels/{channel_id}/schedules/{schedule_id}',
      { channel_id: channelId, schedule_id: scheduleId },
      {},
      options,
    )
  }
}
