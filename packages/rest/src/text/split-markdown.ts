import { givenCount, givenText } from '../checks/given.js'
import { splitText, wholeCharacters } from './split-text.js'

const FENCE = /^[ \t]*(```+|~~~+)(.*)$/gm

/** Longest info string that is repeated: enough for a language name. */
const LONGEST_INFO = 20

/** Marks that close and reopen a code block which is cut. */
export interface Fence {
  /** Closes the block in the first piece. */
  readonly close: string
  /** Reopens the block in the second piece. */
  readonly reopen: string
}

/** Characters reserved for closing and reopening a code block. */
export const FENCE_LENGTH = 40

/** The code block that is open at the end of a piece of markdown, or `null`. */
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

/**
 * Like {@link splitText}, for markdown: a code block that is cut is closed, and reopened in the next piece.
 *
 * @example
 * for (const piece of splitMarkdown(answer, 5000)) await rest.send(target, markdown(piece), { anchor })
 *
 * @throws InvalidRequestError
 */
export const splitMarkdown = (
  markdown: string,
  limit: number,
  most: number = Infinity,
): readonly string[] => {
  givenText('markdown', markdown)
  givenCount('limit', limit)
  if (markdown.length <= limit) return [markdown]
  let carried = ''
  return splitText(markdown, Math.max(1, limit - FENCE_LENGTH), most).map((cut) => {
    const piece = carried + cut
    const fence = openFence(piece)
    carried = fence?.reopen ?? ''
    return piece + (fence?.close ?? '')
  })
}
