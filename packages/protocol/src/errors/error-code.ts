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
   * A `message` that the platform was seen to send with it. Decide by the code, never by this text
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-3 §2.3}).
   */
  readonly message?: string
  /** The next step, where it is more precise than that of the class. */
  readonly advice?: Bilingual
  /** Only in this scene, according to the docs. */
  readonly scene?: 'c2c' | 'group'
  /** The anchor of the reply is dead: expired or used up. The same content can go out as a proactive message. */
  readonly anchorDead?: true
  /** Native markdown was refused for lack of permission: the text can go out as plain text. */
  readonly markdownRefused?: true
  /** The platform could not fetch a media URL: the bytes can be uploaded. */
  readonly mediaNotFetchable?: true
  /**
   * The format of a file was refused: of an address by its look, where its bytes may still be taken
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
   */
  readonly mediaFormatRefused?: true
  /** The text is too long for one message: its parts may go out as several. */
  readonly tooLong?: true
  /** A message without anchor is not welcome at this target. */
  readonly proactiveRefused?: true
  /** The limit counts messages without anchor only: replies still go out. */
  readonly proactiveOnly?: true
  /** The limit is about one user or group: calls for others need not wait. */
  readonly targetOnly?: true
  /** The access token is stale: a fresh one and one repeat help. */
  readonly tokenStale?: true
  /** The limit belongs to a period of hours or days: waiting within one call is pointless. */
  readonly quota?: true
  /**
   * Something failed inside the platform, and nothing is said about the request: beside a 5xx the outcome is as unknown as
   * without a code. A row of class `none` without this names what is wrong with the request, which no repeat changes.
   */
  readonly platformFailed?: true
  /**
   * The final chunk of streamed markdown has to end with a line break
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}).
   */
  readonly finalChunkNeedsNewline?: true
  /**
   * The streamed message is too old: this chunk was taken and shown all the same, and nothing can follow it
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly streamOver?: true
  /** Known from users' reports or another client only, not from any docs table. */
  readonly reported?: true
  /**
   * What it means instead when the call was a reply, with `msg_id` or `event_id`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
   */
  readonly onReply?: Omit<ErrorRow, 'onReply'>
}

/** A meaning that decides what can be done about a failure: the name of a column that is true or absent. */
export type ErrorMeaning = NonNullable<
  { [K in keyof ErrorRow]-?: true extends ErrorRow[K] ? K : never }[keyof ErrorRow]
>

/** A row with its number and the part of the API that it belongs to. */
export interface ErrorCode extends ErrorRow {
  readonly code: number
  readonly area: ErrorArea
}

/** What is known about one failure: a row, found by a number or by a text. */
export interface ErrorFacts extends ErrorRow {
  /** `null`: known by its text only. */
  readonly code: number | null
  /** Of the row, or of the call where only a text tells; `null` for none in particular. */
  readonly area: ErrorArea | null
}

/** A table of rows by code. */
export type ErrorTable = Readonly<Record<number, ErrorRow>>
