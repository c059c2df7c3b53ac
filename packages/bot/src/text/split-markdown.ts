import { splitText } from './split-text.js'

const FENCE = /^[ \t]*(```+|~~~+)(.*)$/gm

/** The fence that is still open at the end of a piece: its marks and what stands behind them, e.g. the language. */
const openFence = (piece: string): { readonly marks: string; readonly info: string } | null => {
  let open: { readonly marks: string; readonly info: string } | null = null
  for (const [, marks = '', info = ''] of piece.matchAll(FENCE)) {
    if (!open) open = { marks, info }
    else if (marks.startsWith(open.marks) && info.trim() === '') open = null
  }
  return open
}

/** Room for closing a fence in one piece and opening it again in the next. */
const FENCE_ROOM = 40

/** Like {@link splitText}, for markdown: a code block that is cut is closed, and opened again in the next piece. */
export const splitMarkdown = (markdown: string, limit: number): readonly string[] => {
  if (markdown.length <= limit) return [markdown]
  let carried = ''
  return splitText(markdown, Math.max(1, limit - FENCE_ROOM)).map((cut) => {
    const piece = carried + cut
    const open = openFence(piece)
    carried = open ? `${open.marks}${open.info.slice(0, FENCE_ROOM / 2)}\n` : ''
    return open ? `${piece}\n${open.marks}` : piece
  })
}
