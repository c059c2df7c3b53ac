import type { WireFrame } from '@qqkit/core'
import { InteractionType } from '@qqkit/protocol'

/** The types whose user sees a loading sign until a code comes; others need none (§4.5, §7.7). */
const CLICKS: ReadonlySet<number> = new Set([InteractionType.Button, InteractionType.Menu])

const typeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (value as { readonly type?: unknown }).type : undefined

/** Whether an event is a click whose code belongs into the answer to its push (§7.7). */
export const needsCode = ({ t, d }: WireFrame): boolean => {
  if (t !== 'INTERACTION_CREATE' || typeof d !== 'object' || d === null) return false
  const type = typeOf(d) ?? typeOf((d as { readonly data?: unknown }).data)
  return (typeof type === 'number' || typeof type === 'string') && CLICKS.has(Number(type))
}
