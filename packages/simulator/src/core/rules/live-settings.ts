/** How the live platform behaves where reports disagree. The first value of each is the default: what live bots saw. */
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
   * What an Identify with an intent that the bot may not have is answered with
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-11 §3.11}).
   */
  readonly refusedIntents: 'op9' | 'op9_without_d' | 'op9_then_4903' | 'close_4014'
  /**
   * What an op 11 from a bot over the WebSocket does
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-4 §3.4}).
   */
  readonly heartbeatAckFromBot: 'close_4001' | 'ignore'
  /**
   * What happens to `content` beside `markdown`
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
   * Bytes of a streamed text that people see; what goes beyond is answered with 200 and not shown
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
   * What people see of a stream that never gets its final frame
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
   * How a passive reply too many is refused; `off`: it is not
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
   */
  readonly replyLimit: 'code_22009' | 'code_40034128' | 'status_500' | 'off'
  /**
   * Whether a typing notice (`msg_type` 6) takes one of the replies
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
   */
  readonly typingCounts: 'yes' | 'no'
  /**
   * What a `PUT /interactions` does for a bot with a webhook
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-7 §7.7}).
   */
  readonly webhookPut: 'ignore' | 'accept'
  /**
   * Whether uploads with `file_data` are taken, or refused in C2C with this status
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
   * What people see of a mention in a plain text message
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
   */
  readonly mentionInText: 'shown_as_text' | 'shown_as_mention'
}

/** Name of a live switch. */
export type LiveName = keyof LiveSettings

/** One live switch, for whoever shows or checks it. */
export interface LiveSwitch<Value = string | number> {
  /** Section of the protocol reference. */
  readonly section: string
  /** What it can be set to by name; the first is the default. */
  readonly values: readonly [Extract<Value, string>, ...Extract<Value, string>[]]
  /** What a number stands for, where it can be set to one from 1. */
  readonly number: number extends Value ? string : null
  /** What it decides, in one sentence. */
  readonly what: { readonly en: string; readonly zh: string }
}
