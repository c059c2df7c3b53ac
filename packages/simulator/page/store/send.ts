import type { PageAttachment, PageInputs, PageRefusal, PageRows } from '../../src/page/contract/wire.js'
import { dispatch } from './store.js'

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

/** Opens the log of a file, or of the simulator, from this line. */
export const openPast = async (file: File | null, from = 0): Promise<void> => {
  const response = await call('rows', file === null ? {} : { method: 'PUT', body: file })
  if (response === null) return
  const answer = (await response.json()) as PageRows | PageRefusal
  if ('rows' in answer)
    dispatch({ type: 'past', past: { name: file?.name ?? null, rows: answer.rows, from } })
  else dispatch({ type: 'notice', notice: answer })
}
