import type { LogEntry, MessageEntry, MessageFile } from '../core/kernel/log-entry.js'
import { fieldsOf, listOf, textOf } from '../runtime/wire-objects.js'

/** A message of the bot, as a person sees it. */
export interface Reply {
  /** The whole text; for messages without text the kind, e.g. `[media]`. */
  readonly content: string
  /** Labels of the buttons, row by row. */
  readonly buttons: readonly string[]
  /** The kind of its first file, e.g. `'image'`; all of them are in `entry.files`. */
  readonly media: MessageFile['kind'] | null
  /** Whether the text is native markdown. */
  readonly markdown: boolean
  /** The visible texts of a streamed message, from the first chunk to the last; empty for other messages. */
  readonly growth: readonly string[]
  /** Whether it is no reply: the reply window was over, or the bot spoke first. */
  readonly proactive: boolean
  readonly entry: MessageEntry
}

const labelsIn = (keyboard: unknown): readonly string[] =>
  listOf(fieldsOf(fieldsOf(keyboard)['content'])['rows']).flatMap((row) =>
    listOf(fieldsOf(row)['buttons']).map((button) =>
      textOf(fieldsOf(fieldsOf(button)['render_data'])['label']),
    ),
  )

/** Whether an entry is a complete message of a bot. */
export const isWhole = (entry: LogEntry): entry is MessageEntry =>
  entry.kind === 'message' &&
  entry.direction === 'out' &&
  (entry.change === 'sent' || entry.change === 'streamed' || entry.change === 'unfinished')

/** Reads a message of a bot from the log. */
export const replyOf = (entry: MessageEntry, log: readonly LogEntry[]): Reply => {
  const payload = fieldsOf(entry.payload)
  const streamed = entry.change !== 'sent'
  return {
    content: entry.content,
    buttons: [
      ...labelsIn(payload['keyboard']),
      ...labelsIn(fieldsOf(payload['prompt_keyboard'])['keyboard']),
    ],
    media: entry.files[0]?.kind ?? null,
    markdown: payload['content_type'] === 'markdown' || (payload['markdown'] ?? null) !== null,
    growth: streamed
      ? log.flatMap((one) => (one.kind === 'message' && one.id === entry.id ? [one.content] : []))
      : [],
    proactive: entry.replyTo === null,
    entry,
  }
}
