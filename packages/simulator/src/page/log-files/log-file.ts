import * as v from 'valibot'

import type { LogEntry } from '../../core/kernel/log-entry.js'
import { withoutContents } from '../../runtime/without-contents.js'
import { InputError, type PageHost } from '../contract/page-host.js'
import type { PageRefusal } from '../contract/inputs.js'
import type { PageFeedEntry, PageRows } from '../contract/wire.js'
import { logRows } from '../view/log-rows.js'
import { fieldsOf } from '../../runtime/wire-objects.js'
import { fromHar, toHar } from './har.js'

/** The whole log as a file, to be read again by {@link readLogFile}. `contents: false` leaves out what people wrote. */
export const logFile = (
  host: Pick<PageHost, 'bot' | 'log'>,
  { form, contents }: { readonly form: 'json' | 'har'; readonly contents: boolean },
): string => {
  const log = contents ? host.log() : host.log().map(withoutContents)
  const file =
    form === 'har' ? toHar(log, host.bot.baseUrl) : { version: 1, bot: host.bot.appId, contents, log }
  return `${JSON.stringify(file)}\n`
}

const kinds: Readonly<Record<LogEntry['kind'], true>> = {
  connection: true,
  session: true,
  frame: true,
  call: true,
  message: true,
  reaction: true,
  press: true,
  typing: true,
  event: true,
  interaction: true,
  push: true,
  fault: true,
  'refused-intents': true,
  heartbeat: true,
  switch: true,
}

const schema = v.object({
  version: v.literal(1),
  bot: v.string(),
  log: v.array(
    v.looseObject({
      n: v.number(),
      at: v.pipe(v.number(), v.finite()),
      kind: v.picklist(Object.keys(kinds) as LogEntry['kind'][]),
    }),
  ),
})

/** A row as the page can draw it, whatever the file had. */
const isRow = ({ verb, subject, result, gist, detail }: PageFeedEntry): boolean =>
  [verb, subject, result, gist, detail ?? ''].every((each) => typeof each === 'string')

const NO_LOG: readonly [string, string] = [
  'This is neither a log of the simulator nor an HTTP archive (HAR).',
  '这既不是模拟器的日志，也不是 HTTP 归档（HAR）。',
]

/** The log in a file. @throws InputError when it has none */
const logIn = (text: string): { readonly bot: string; readonly log: readonly LogEntry[] } => {
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch {
    throw new InputError('This file is not JSON.', '这个文件不是 JSON。')
  }
  const log = fromHar(file)
  if (log !== null) return { bot: '', log }
  const result = v.safeParse(schema, file)
  if (result.success) return result.output as unknown as { bot: string; log: LogEntry[] }
  const place = v.getDotPath(result.issues[0])
  if (!Array.isArray(fieldsOf(file)['log'])) throw new InputError(...NO_LOG)
  throw new InputError(`${NO_LOG[0]} (${place ?? ''})`, `${NO_LOG[1]}（${place ?? ''}）`)
}

/** The rows of a log file. @throws InputError when the file has none */
export const readLogFile = (text: string): PageRows => {
  const { bot, log } = logIn(text)
  try {
    const read = logRows(log, bot)
    if (read.rows.every(isRow)) return read
  } catch (error) {
    // An entry without the fields of its kind.
    if (!(error instanceof TypeError)) throw error
  }
  throw new InputError(...NO_LOG)
}

/** Answers with the rows of an uploaded log, or with the reason why it has none. */
export const takeLogFile = async (request: Request): Promise<Response> => {
  try {
    return Response.json(readLogFile(await request.text()))
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return Response.json({ message: error.message, zh: error.zh } satisfies PageRefusal)
  }
}

/** Answers with the log as a download. */
export const serveLogFile = (host: PageHost, query: Readonly<Record<string, string>>): Response => {
  const form = query['form'] === 'har' ? 'har' : 'json'
  const name = `wire-${new Date(host.now()).toISOString().replaceAll(/[:.]/g, '-')}.${form}`
  return new Response(logFile(host, { form, contents: query['contents'] !== 'no' }), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
}
