import type { PageAttachment, PageInputs, PageRefusal } from '../../src/page/contract/inputs.js'
import type { PageRoom, PageRows, PageTimeline } from '../../src/page/contract/wire.js'
import { dispatch, view } from './store.js'

/** Shows why an input was refused. */
const showRefusal = async (response: Response): Promise<void> => {
  const answer = (await response.json().catch(() => null)) as Partial<PageRefusal> | null
  const message = answer?.message ?? `HTTP ${response.status}`
  dispatch({ type: 'notice', notice: { message, zh: answer?.zh ?? message } })
}

const call = async (path: string, init: RequestInit): Promise<Response | null> => {
  try {
    const response = await fetch(`/_sim/${path}`, init)
    // 200 with JSON is a refusal of an input.
    if (response.ok && (response.status !== 200 || init.method !== 'POST')) return response
    await showRefusal(response)
  } catch {
    dispatch({ type: 'link', link: 'lost' })
  }
  return null
}

/** Sends one input to the simulator; the feed carries the changes. Resolves to whether it was accepted. */
export const send = async <Name extends keyof PageInputs>(
  name: Name,
  body: PageInputs[Name],
): Promise<boolean> =>
  (await call(name, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })) !== null

/** Largest file that the simulator takes, in bytes. */
const LARGEST = 20 * 1024 * 1024

/** Size of a picture in px; nothing for other files. */
const sizeOf = async (file: File): Promise<Readonly<Record<string, string>>> => {
  if (!file.type.startsWith('image/')) return {}
  const bitmap = await createImageBitmap(file).catch(() => null)
  return bitmap === null ? {} : { width: String(bitmap.width), height: String(bitmap.height) }
}

/** Uploads a file that a person is about to send. */
export const upload = async (file: File): Promise<PageAttachment | null> => {
  if (file.size > LARGEST) {
    dispatch({
      type: 'notice',
      notice: { message: `${file.name} is larger than 20 MB.`, zh: `${file.name} 超过 20 MB。` },
    })
    return null
  }
  const query = new URLSearchParams({ name: file.name, ...(await sizeOf(file)) })
  const response = await call(`media?${query.toString()}`, { method: 'PUT', body: file })
  return response === null ? null : ((await response.json()) as PageAttachment)
}

/** Number of the first row from this time. */
const firstFrom = (rows: PageRows['rows'], at: number): number =>
  (rows.find((row) => row.at >= at) ?? rows.at(-1))?.seq ?? 0

/** Opens the log of a file, or of the simulator, from this time. */
export const openPast = async (file: File | null, at = 0): Promise<void> => {
  const response = await call('rows', file === null ? {} : { method: 'PUT', body: file })
  if (response === null) return
  const answer = (await response.json()) as PageRows | PageRefusal
  if (!('rows' in answer)) return dispatch({ type: 'notice', notice: answer })
  const { rows, timeline } = answer
  dispatch({
    type: 'past',
    past: { name: file?.name ?? null, rows, timeline, from: firstFrom(rows, at) },
  })
}

/** Shows the rows from this time, of the open log or else of the one that the simulator keeps. */
export const showMoment = async (at: number): Promise<void> => {
  const past = view.past.value
  // The log of the simulator may have grown since.
  const isKnown = past !== null && (past.name !== null || at <= (past.rows.at(-1)?.at ?? 0))
  if (isKnown) dispatch({ type: 'from', from: firstFrom(past.rows, at) })
  else await openPast(null, at)
}

/** The forms in which a conversation is saved, with the ends of their names. */
const conversationForms = { json: '.json', vitest: '.test.ts', node: '.test.mjs' } as const

export type ConversationForm = keyof typeof conversationForms

/** Hands a file to the person. */
const download = (content: Blob, name: string): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** Saves a conversation as a recording, or as a test. */
export const saveConversation = async (
  { id, name }: PageRoom,
  form: ConversationForm,
  contents: boolean,
): Promise<void> => {
  const query = new URLSearchParams({ room: id, form, contents: contents ? 'yes' : 'no' })
  const response = await call(`conversation?${query.toString()}`, {})
  if (response === null) return
  if (response.status !== 204) {
    const plain = name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    return download(await response.blob(), `${plain}${conversationForms[form]}`)
  }
  const message = 'Nothing that was said here has reached a bot: there is nothing to save.'
  dispatch({ type: 'notice', notice: { message, zh: '这里还没有消息到达机器人，没有可保存的内容。' } })
}

/** The timeline of the simulator until now. */
export const readTimeline = async (): Promise<PageTimeline | null> => {
  const response = await call('timeline', {})
  return response === null ? null : ((await response.json()) as PageTimeline)
}
