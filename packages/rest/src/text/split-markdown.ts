import { splitText, wholeCharacters } from './split-text.js'

const FENCE = /^[ \t]*(```+|~~~+)(.*)$/gm

/** More than a language name is not worth its room. */
const LONGEST_INFO = 20

/** The ends of a code block where markdown is cut within it. */
export interface Fence {
  /** Closes it in the first half. */
  readonly close: string
  /** Opens it again in the second. */
  readonly reopen: string
}

/** Room for closing a fence in one piece and opening it again in the next. */
export const FENCE_LENGTH = 40

/** The code block that is still open at the end of a piece of markdown, or `null`. */
export const openFence = (piece: string): Fence | null => {
  let open: { readonly marks: string; readonly info: string } | null = null
  for (const [, marks = '', info = ''] of piece.matchAll(FENCE)) {
    if (!open) open = { marks, info }
    else if (marks.startsWith(open.marks) && info.trim() === '') open = null
  }
  return (
    open && {
      close: `\n${open.marks}`,
      reopen: `${open.marks}${open.info.slice(0, wholeCharacters(open.info, LONGEST_INFO))}\n`,
    }
  )
}

/** Like {@link splitText}, for markdown: a code block that is cut is closed, and opened again in the next piece. */
export const splitMarkdown = (
  markdown: string,
  limit: number,
  most: number = Infinity,
): readonly string[] => {
  if (markdown.length <= limit) return [markdown]
  let carried = ''
  return splitText(markdown, Math.max(1, limit - FENCE_LENGTH), most).map((cut) => {
    const piece = carried + cut
    const fence = openFence(piece)
    carried = fence?.reopen ?? ''
    return piece + (fence?.close ?? '')
  })
}
