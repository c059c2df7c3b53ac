import path from 'node:path'

import type { Format } from './detect.js'
import type { MediaType } from './media.js'

const LONGEST = 200
const LONGEST_ENDING = 16
// Characters that are invalid in file names or headers.
// oxlint-disable-next-line no-control-regex
const UNFIT = /[\u0000-\u001F\u007F"\\/]|\p{Surrogate}/gu

/** A file name without folders and control characters; `null` if nothing is left. */
const clean = (name: string): string | null => {
  const bare = name.replaceAll(UNFIT, '').trim()
  if (bare === '' || bare === '.' || bare === '..') return null
  const letters = Array.from(bare)
  if (letters.length <= LONGEST) return bare
  const ending = Array.from(path.extname(bare)).slice(0, LONGEST_ENDING)
  return [...letters.slice(0, LONGEST - ending.length), ...ending].join('')
}

/** The displayed name of a file; without one, a name made of type and format. */
export const fileName = (given: string | null, type: MediaType, format: Format | null): string =>
  (given === null ? null : clean(given)) ?? `${type}.${format?.name ?? 'bin'}`

/** The last segment of an address, if any. */
export const urlName = (url: URL): string | null => {
  const last = url.pathname.split('/').at(-1) ?? ''
  try {
    return last === '' ? null : decodeURIComponent(last)
  } catch {
    return last
  }
}
