import type { Bilingual } from '../text/bilingual.js'
import type { ErrorArea } from './error-area.js'
import type { ErrorClass } from './error-class.js'

/** One row of an error table: what is known about one code (§2.7, §2.8). */
export interface ErrorRow {
  readonly class: ErrorClass
  /** Meaning in English. */
  readonly en: string
  /** Meaning in Simplified Chinese. */
  readonly zh: string
  /** A `message` that the platform was seen to send with it. Decide by the code, never by this text (§2.3). */
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
  /** A message without anchor is not welcome at this target. */
  readonly proactiveRefused?: true
  /** The limit counts messages without anchor only: replies still go out. */
  readonly proactiveOnly?: true
  /** The access token is stale: a fresh one and one repeat help. */
  readonly tokenStale?: true
  /** The limit belongs to a period of hours or days: waiting within one call is pointless. */
  readonly quota?: true
  /** Known from users' reports or another client only, not from any docs table. */
  readonly reported?: true
}

/** A row with its number and the part of the API that it belongs to. */
export interface ErrorCode extends ErrorRow {
  readonly code: number
  readonly area: ErrorArea
}

/** A table of rows by code. */
export type ErrorTable = Readonly<Record<number, ErrorRow>>
