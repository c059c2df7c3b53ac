import { uploadLimits } from '@qqkit/protocol'

import type { MediaType } from '../kinds.js'
import { MediaError } from '../media-error.js'
import type { Format } from './formats.js'

const typeOfFormat = (name: string): MediaType =>
  (Object.keys(uploadLimits) as MediaType[]).find((type) => uploadLimits[type].formats.includes(name)) ??
  'file'

/**
 * What content is sent as. A type that was given wins, unless the content is known to be something else.
 *
 * @throws MediaError `media_type`
 */
export const chooseType = (given: MediaType | undefined, format: Format | null): MediaType => {
  const found = format ? typeOfFormat(format.name) : 'file'
  if (given === undefined) return found
  if (given === 'file' || given === found || format === null) return given
  throw new MediaError({
    code: 'media_type',
    path: 'type',
    hint: `the content is ${format.name}, which the platform takes as ${found} and not as ${given}`,
  })
}

/**
 * What bytes are sent as whose address was refused for its format: the type that they are known to have. A type that was
 * given still wins, and what goes as a plain file may be anything.
 *
 * @param asked what the address was sent as
 * @throws MediaError `media_type`
 */
export const takenType = (
  given: MediaType | undefined,
  asked: MediaType,
  format: Format | null,
): MediaType => {
  const type = chooseType(given, format)
  if (asked === 'file' || (format && type === typeOfFormat(format.name) && type !== 'file')) return type
  throw new MediaError({
    code: 'media_type',
    path: 'source.url',
    hint: `leads to ${format ? format.name : 'bytes of no known format'}, which the platform takes as no ${asked}`,
  })
}

const ENDING = /\.([a-z0-9]{2,5})$/i

/**
 * What an address leads to: nobody here sees the content, so the ending of its path decides unless the type was given.
 *
 * @throws MediaError `media_type`
 */
export const chooseUrlType = (given: MediaType | undefined, url: URL): MediaType => {
  if (given !== undefined) return given
  const ending = ENDING.exec(url.pathname)?.[1]?.toLowerCase()
  if (ending !== undefined) return typeOfFormat(ending)
  throw new MediaError({
    code: 'media_type',
    path: 'type',
    hint: 'an address whose path has no ending does not tell what it leads to: give the type',
  })
}
