import type { LogEntry } from '../../core/kernel/log-entry.js'
import { recordingOf } from '../../recordings/recording.js'
import { testFileOf } from '../../recordings/test-file.js'
import type { PageHost } from '../contract/page-host.js'
import type { PageRoom } from '../contract/wire.js'

/** Whether a recording of a conversation needs an entry; an event does not say which conversation it is of. */
const isOf =
  ({ bot, scene, name }: PageRoom) =>
  (entry: LogEntry): boolean =>
    entry.kind === 'event'
      ? entry.bot === bot
      : 'peerId' in entry && entry.bot === bot && entry.scene === scene && entry.peer === name

/**
 * Answers with a conversation as a recording (`form=json`) or a test file (`vitest`, `node`); 204 when nothing of it reached
 * the bot.
 */
export const serveConversation = (
  host: PageHost,
  room: PageRoom | undefined,
  query: Readonly<Record<string, string>>,
): Response => {
  if (room === undefined) return Response.json({ message: 'No such conversation.' }, { status: 404 })
  const contents = query['contents'] !== 'no'
  const recording = recordingOf(host.log().filter(isOf(room)), {
    contents,
    contentOf: ({ content }) => (content === null ? null : (host.content(content)?.bytes ?? null)),
  })
  if (recording.turns.length === 0) return new Response(null, { status: 204 })
  const runner = query['form'] === 'vitest' ? 'vitest' : query['form'] === 'node' ? 'node:test' : null
  const text = runner === null ? `${JSON.stringify(recording, null, 2)}\n` : testFileOf(recording, { runner })
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
  return new Response(text, { headers })
}
