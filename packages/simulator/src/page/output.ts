import { stripVTControlCharacters } from 'node:util'

import type { PageLine } from './contract/wire.js'

/** Most lines that are kept, and most characters of them all and of one. */
export const OUTPUT_LINES = 2000
export const OUTPUT_SIZE: number = 1024 * 1024
export const LINE_SIZE = 4096
/** Characters of a line that are read: escape sequences take some. */
const READ_SIZE = 4 * LINE_SIZE
/** Where a logger writes the level: at the beginning of its line. */
const HEAD = 64

const LEVEL =
  /\b(?:(?<error>\w*Error|error|ERROR|[Ff]atal|FATAL)|(?<warn>[Ww]arn(?:ing)?|WARN(?:ING)?)|(?<debug>debug|DEBUG|trace|TRACE))\b/
const CONTROL = /[^\P{Cc}\t]|[\u202A-\u202E\u2066-\u2069]/gu

const levelOf = (text: string): PageLine['level'] => {
  const { error, warn, debug } = LEVEL.exec(text.slice(0, HEAD))?.groups ?? {}
  if (error !== undefined) return 'error'
  if (warn !== undefined) return 'warn'
  return debug === undefined ? 'info' : 'debug'
}

/** A line as it can be shown: without colours, control characters and turned directions, and cut. */
const plain = (line: string): string => {
  const text = stripVTControlCharacters(line.slice(0, READ_SIZE)).replaceAll(CONTROL, '')
  return text.length > LINE_SIZE || line.length > READ_SIZE ? `${text.slice(0, LINE_SIZE - 1)}…` : text
}

/** The last lines of a program, in bounded space. */
export interface Output {
  add(text: string, from: PageLine['from'], at: number): void
  whole(): readonly PageLine[]
  /** The lines since the last call. */
  takeChanges(): { readonly output?: readonly PageLine[] }
}

export const createOutput = (): Output => {
  let lines: PageLine[] = []
  let size = 0
  let count = 0
  let taken = 0
  return {
    add: (text, from, at) => {
      for (const line of text
        .replace(/\r?\n$/, '')
        .split(/\r\n?|\n/)
        .slice(-OUTPUT_LINES)) {
        const shown = plain(line)
        lines.push({ order: ++count, at, from, level: levelOf(shown), text: shown })
        size += shown.length
      }
      let first = 0
      while (lines.length - first > OUTPUT_LINES || size > OUTPUT_SIZE)
        size -= lines[first++]?.text.length ?? 0
      if (first > 0) lines = lines.slice(first)
    },
    whole: () => lines,
    takeChanges: () => {
      const output = lines.filter(({ order }) => order > taken)
      taken = count
      return output.length === 0 ? {} : { output }
    },
  }
}
