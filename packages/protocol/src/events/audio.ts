/**
 * `AUDIO_START`, `AUDIO_FINISH`, `AUDIO_ON_MIC`, `AUDIO_OFF_MIC`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-11 §4.11}).
 */
export interface AudioAction {
  readonly guild_id: string
  readonly channel_id: string
  readonly audio_url?: string
  readonly text?: string
}

/**
 * `AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER`, `AUDIO_OR_LIVE_CHANNEL_MEMBER_EXIT`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-11 §4.11}).
 */
export interface AudioOrLiveChannelMember {
  readonly guild_id: string
  readonly channel_id: string
  /** 2 voice, 5 live. */
  readonly channel_type: 2 | 5
  readonly user_id: string
}
