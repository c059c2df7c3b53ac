import type { PageInputs } from '../../src/page/contract/wire.js'
import { dispatch } from './store.js'

/** Sends one input to the simulator; the feed carries the changes. Resolves to whether it was accepted. */
export const send = async <Name extends keyof PageInputs>(
  name: Name,
  body: PageInputs[Name],
): Promise<boolean> => {
  try {
    const response = await fetch(`/_sim/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (response.ok) return true
    const answer = (await response.json().catch(() => null)) as { message?: string } | null
    dispatch({ type: 'notice', notice: answer?.message ?? `HTTP ${response.status}` })
  } catch {
    dispatch({ type: 'link', link: 'lost' })
  }
  return false
}
