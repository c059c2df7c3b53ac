import type { WireFrame } from '@qqkit/core'

/** How deep an id can stand. Payloads come from outside, and may be nested without end. */
const DEPTH = 8

/** A number by the docs, and a small one: it names no person, place or message (§4.4). */
const TEMPLATE = 'template_id'

const isIdName = (name: string): boolean =>
  name === 'id' || name.endsWith('openid') || (name.endsWith('_id') && name !== TEMPLATE)

const idIn = (payload: unknown, path: string, depth: number): string | null => {
  if (typeof payload !== 'object' || payload === null || depth === 0) return null
  for (const name in payload) {
    const value: unknown = (payload as Readonly<Record<string, unknown>>)[name]
    if (typeof value === 'number') {
      if (isIdName(name)) return `${path}.${name}`
    } else if (typeof value === 'object' && value !== null) {
      const found = idIn(value, `${path}.${name}`, depth - 1)
      if (found !== null) return found
    }
  }
  return null
}

/**
 * Where a frame has an id that came as a number; `null` when it has none. Beyond 2^53 such a number names somebody else, and
 * nobody can tell afterwards: what it stands in is not to be used (§8).
 */
export const numericIdIn = ({ id, d }: WireFrame): string | null =>
  typeof (id as unknown) === 'number' ? 'id' : idIn(d, 'd', DEPTH)
