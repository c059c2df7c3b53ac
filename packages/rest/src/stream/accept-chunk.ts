import { leave } from './leave-message.js'
import { pace } from './pace.js'
import type { StreamState } from './stream-state.js'

/** What the answer to a chunk told. */
export interface ChunkAnswer {
  readonly id: string | null
  readonly refIdx: string | null
  /** `remain_msg_len`; `null` when it is not told. */
  readonly remaining: number | null
  /** Whether the platform complained on the way. */
  readonly limited: boolean
}

/** A chunk was taken. */
export const accept = (state: StreamState, answer: ChunkAnswer, now: number): StreamState => {
  const { flying: chunk, part, rules } = state
  if (!chunk) return state
  const { remaining, limited } = answer
  const told = remaining === null ? part.room : chunk.content.length + Math.max(0, remaining)
  const grown: StreamState = {
    ...state,
    ...pace(state, now, limited),
    flying: null,
    failures: 0,
    part: {
      ...part,
      id: part.id ?? answer.id,
      refIdx: answer.refIdx ?? part.refIdx,
      index: part.index + 1,
      confirmed: Math.max(part.confirmed, chunk.end),
      pending: null,
      room: Math.min(rules.maxLength ?? Infinity, told),
    },
  }
  // Under an id that nobody knows a message cannot grow: the text goes on in the next.
  return chunk.final || grown.part.id === null ? leave(grown, chunk.final) : grown
}
