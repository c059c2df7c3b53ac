import type { Bilingual } from '../text/bilingual.js'
import type { ErrorArea } from './error-area.js'
import type { ErrorClass } from './error-class.js'

/**
 * One row of an error table: what is known about one code
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-7 §2.7},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export interface ErrorRow {
  readonly class: ErrorClass
  /** Meaning in English. */
  readonly en: string
  /** Meaning in Simplified Chinese. */
  readonly zh: string
  /**
   * A `message` that the platform was seen to send with the code. Decide by the code, never by this text
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-3 §2.3}).
   */
  readonly message?: string
  /** Advice that is more specific than that of the class. */
  readonly advice?: Bilingual
  /** The only scene of the code, according to the docs. */
  readonly scene?: 'c2c' | 'group'
  /** The anchor of the reply is dead: expired or used up. The same content can go out as a proactive message. */
  readonly anchorDead?: true
  /** The bot may not send native markdown: the text can be sent as plain text. */
  readonly markdownRefused?: true
  /** The platform could not fetch a media URL: the file can be uploaded instead. */
  readonly mediaNotFetchable?: true
  /**
   * The format of a file was refused. A URL is judged by its ending, so an upload of the same file may be accepted
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
   */
  readonly mediaFormatRefused?: true
  /** The text is too long for one message: it can be sent in pieces. */
  readonly tooLong?: true
  /** The target refuses proactive messages. */
  readonly proactiveRefused?: true
  /** The limit counts proactive messages only: replies are still possible. */
  readonly proactiveOnly?: true
  /** The limit applies to one user or group: calls for others need not wait. */
  readonly targetOnly?: true
  /** The access token is stale: one repeat with a fresh token helps. */
  readonly tokenStale?: true
  /** The limit belongs to a period of hours or days: waiting within one call is pointless. */
  readonly quota?: true
  /**
   * The platform failed internally. With a 5xx the outcome is unknown, as without a code. A row of class `none` without this
   * mark describes a wrong request, which no repeat can change.
   */
  readonly platformFailed?: true
  /**
   * The final chunk of streamed markdown must end with a line break
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}).
   */
  readonly finalChunkNeedsNewline?: true
  /**
   * The streamed message is too old: this chunk was still accepted and shown, and no chunk can follow
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly streamOver?: true
  /** Known from reports of users or another client only, not from a table of the docs. */
  readonly reported?: true
  /**
   * The meaning for a reply, a call with `msg_id` or `event_id`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
   */
  readonly onReply?: Omit<ErrorRow, 'onReply'>
}

/** The name of a column of {@link ErrorRow} that is `true` or absent: what can be done about a failure. */
export type ErrorMeaning = NonNullable<
  { [K in keyof ErrorRow]-?: true extends ErrorRow[K] ? K : never }[keyof ErrorRow]
>

/** A row with its code and its part of the API. */
export interface ErrorCode extends ErrorRow {
  readonly code: number
  readonly area: ErrorArea
}

/** The facts of one failure: a row that was found by a number or a text. */
export interface ErrorFacts extends ErrorRow {
  /** `null`: the row was found by a text. */
  readonly code: number | null
  /** The part of the API of the row, or of the call if the row was found by a text; `null` if unknown. */
  readonly area: ErrorArea | null
}

/** A table of rows, by code. */
export type ErrorTable = Readonly<Record<number, ErrorRow>>
