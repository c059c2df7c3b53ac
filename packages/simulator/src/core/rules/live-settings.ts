/**
 * Positions of the live switches: the platform's behaviour where reports disagree. The first value of each is the
 * default, as live bots saw it.
 */
export interface LiveSettings {
  /**
   * HTTP status of the final refusals that live bots got with 500
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}).
   */
  readonly refusalStatus: '500' | '400'
  /**
   * Whether `err_code` holds the deeper number beside 40007, 40006 and 850026, or the same as `code`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}).
   */
  readonly errorNumbers: 'differ' | 'same'
  /**
   * The answer to an Identify with a forbidden intent
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-11 §3.11}).
   */
  readonly refusedIntents: 'op9' | 'op9_without_d' | 'op9_then_4903' | 'close_4014'
  /**
   * The effect of an op 11 from a bot over the WebSocket
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-4 §3.4}).
   */
  readonly heartbeatAckFromBot: 'close_4001' | 'ignore'
  /**
   * The treatment of `content` beside `markdown`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
   */
  readonly contentBesideMarkdown: 'ignore' | 'refuse'
  /**
   * `remain_msg_len` of a stream: 0, left out, or the characters that are really left
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly streamRemaining: 'zero' | 'absent' | 'real'
  /**
   * Whether a stream takes one passive reply as a whole, or each of its chunks takes one
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly streamSlots: 'one' | 'per_chunk'
  /**
   * Bytes of a streamed text that people see; the rest is answered with 200 and not shown
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly streamBytes: 'all' | number
  /**
   * Whether a stream ends after 600 s, with its last frame taken, shown and refused
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly streamLife: 'limited' | 'endless'
  /**
   * How many streams to one user may be open at a time
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly streamsPerUser: 'one' | 'any'
  /**
   * The visible text of a stream without its final frame
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly streamWithoutFinal: 'unfinished' | 'first_frame'
  /**
   * Whether the recall of a streamed message is refused with 40061001
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1},
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}).
   */
  readonly streamRecall: 'refuse' | 'allow'
  /**
   * The refusal of a passive reply beyond the limit; `off`: no refusal
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
   */
  readonly replyLimit: 'code_22009' | 'code_40034128' | 'status_500' | 'off'
  /**
   * Whether a typing notice (`msg_type` 6) takes one of the replies
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
   */
  readonly typingCounts: 'yes' | 'no'
  /**
   * The effect of `PUT /interactions` for a bot with a webhook
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-7 §7.7}).
   */
  readonly webhookPut: 'ignore' | 'accept'
  /**
   * Whether uploads with `file_data` are accepted, or refused in C2C with this status
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
   */
  readonly fileData: 'accept' | 'refuse_c2c_400' | 'refuse_c2c_500'
  /**
   * Whether the mention of the bot stays in the text of a group in full-message mode
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
   */
  readonly ownMention: 'kept' | 'removed'
  /**
   * Whether a mention in a group in full-message mode is one event or two
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
   */
  readonly fullModeEvents: 'one' | 'both'
  /**
   * The visible form of a mention in a plain text message
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
   */
  readonly mentionInText: 'shown_as_text' | 'shown_as_mention'
}

/** Name of a live switch. */
export type LiveName = keyof LiveSettings

/** The description of one live switch. */
export interface LiveSwitch<Value = string | number> {
  /** Section of the protocol reference. */
  readonly section: string
  /** The named values; the first is the default. */
  readonly values: readonly [Extract<Value, string>, ...Extract<Value, string>[]]
  /** The meaning of a number from 1 up, if the switch takes one. */
  readonly number: number extends Value ? string : null
  /** The effect of the switch, in one sentence. */
  readonly what: { readonly en: string; readonly zh: string }
}
