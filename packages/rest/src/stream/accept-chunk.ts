import { close, leave } from './leave-message.js'
import { paceAfter } from './pace.js'
import type { Part, StreamState } from './stream-state.js'

/** What the answer to a chunk told. */
export interface ChunkAnswer {
  readonly id: string | null
  readonly refIdx: string | null
  /** Whether the platform has closed the message with this chunk (§5.4.1). */
  readonly outlived: boolean
}

/** A chunk that had landed, of which no answer tells more. */
export const LANDED: ChunkAnswer = Object.freeze({ id: null, refIdx: null, outlived: false })

/** The message with one more chunk; still `'opening'` where it stands there under an id that nobody knows. */
const grown = ({ part, startedAt }: StreamState, { id, refIdx }: ChunkAnswer): Part => {
  if (part.kind !== 'opening') return { ...part, index: part.index + 1, refIdx: refIdx ?? part.refIdx }
  return id === null ? part : { ...part, kind: 'open', id, refIdx, index: 1, openedAt: startedAt }
}

/** The chunk on its way is there. */
export const accept = (state: StreamState, answer: ChunkAnswer, now: number): StreamState => {
  const { frame, fate } = state
  if (frame.kind !== 'flying') return state
  const { end, final } = frame.chunk
  const part = grown(state, answer)
  const sure = Math.max(state.sure, end)
  const next: StreamState = {
    ...state,
    ...paceAfter(state, now),
    part,
    frame: { kind: 'fresh' },
    setbacks: [],
    sure,
    maybe: Math.max(state.maybe, sure),
  }
  // Under an unknown id, or closed, a message cannot grow: the text goes on in the next.
  if (final || answer.outlived || part.kind === 'opening') return leave(next, final)
  return fate.kind === 'closing' ? close(next, fate.after) : next
}
