import type { EmptyAnswer } from './empty-answer.js'

/**
 * The command to the player
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export const AudioStatus = { Start: 0, Pause: 1, Resume: 2, Stop: 3 } as const
/** A command to the player. */
export type AudioStatus = (typeof AudioStatus)[keyof typeof AudioStatus]

/**
 * `POST /channels/{channel_id}/audio`; audio bots
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface AudioRequest {
  readonly audio_url?: string
  readonly text?: string
  readonly status: AudioStatus
}

/** Audio ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
export interface AudioEndpoints {
  'POST /channels/{channel_id}/audio': { body: AudioRequest; response: EmptyAnswer }
  'PUT /channels/{channel_id}/mic': { response: EmptyAnswer }
  'DELETE /channels/{channel_id}/mic': { response: EmptyAnswer }
}
