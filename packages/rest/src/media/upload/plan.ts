import { defaultBlockBytes, partRetryCapMs } from '@qqkit/protocol'

import { isObject } from '../../http/json.js'
import { MediaError } from '../error.js'

/** A part to be put. */
export interface PlannedPart {
  /** As the platform counts. */
  readonly index: number
  /** Where the bytes go. A secret: whoever has it can put. */
  readonly url: string
  readonly from: number
  readonly length: number
}

/** What the platform wants of an upload in parts. Times in ms. */
export interface UploadPlan {
  readonly uploadId: string
  readonly parts: readonly PlannedPart[]
  /** Parts at once. */
  readonly concurrency: number
  /** How long "retry" of the end of a part is followed, and how often. */
  readonly retryTimeout: number
  readonly retryDelay: number
}

type Fields = Readonly<Record<string, unknown>>

const SECOND = 1000
const RETRY_TIMEOUT = 300
const RETRY_DELAY = 1
/** The platform's 0 would be a flood. */
const SHORTEST_DELAY = 100
const LONGEST_DELAY = 60_000

const refuse = (path: string, hint: string): never => {
  throw new MediaError({ code: 'media_answer', path, hint })
}

/** CONFLICT §5.5: numbers come as text or as numbers. */
const numberOf = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)

interface RawPart {
  readonly index: number
  readonly url: string
  readonly size: number | null
}

const readPart = (value: unknown, position: number): RawPart => {
  const at = `parts[${position}]`
  const fields: Fields = isObject(value) ? value : {}
  const index = numberOf(fields['index'])
  const url = fields['presigned_url']
  if (index === null || !Number.isInteger(index)) return refuse(`${at}.index`, 'is no whole number')
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return refuse(`${at}.presigned_url`, 'is no address')
  return { index, url, size: numberOf(fields['block_size']) }
}

/**
 * The parts in order with their ranges. CONFLICT §5.5: they count from 0 or from 1, so only their order is gone by. A
 * size is the most that goes into a part: the last one takes what is left.
 */
const rangesOf = (parts: readonly RawPart[], block: number, size: number): readonly PlannedPart[] => {
  let from = 0
  const ranges = parts.map(({ index, url, size: own }, position) => {
    const length = Math.min(own === null || own === 0 ? block : own, size - from)
    if (length <= 0) refuse(`parts[${position}]`, 'has nothing left to carry')
    if (position > 0 && index !== (parts[position - 1]?.index ?? 0) + 1)
      refuse(`parts[${position}].index`, 'does not follow the one before')
    const part = { index, url, from, length }
    from += length
    return part
  })
  if (from !== size) refuse('parts', `carry ${from} bytes of ${size}`)
  return ranges
}

/**
 * Reads the answer to a preparation.
 *
 * @param size bytes of the whole file
 * @param most parts at once that are wanted, whatever the platform allows
 * @throws MediaError `media_answer`
 */
export const readPlan = (body: unknown, size: number, most: number): UploadPlan => {
  const fields: Fields = isObject(body) ? body : {}
  const uploadId = fields['upload_id']
  if (typeof uploadId !== 'string' || uploadId === '') return refuse('upload_id', 'is missing in the answer')
  const list: unknown = fields['parts']
  if (!Array.isArray(list)) return refuse('parts', 'are missing in the answer')
  const block = numberOf(fields['block_size'])
  const parts = list.map(readPart).toSorted((a, b) => a.index - b.index)
  // CONFLICT §5.5: the configuration stands apart or at the top.
  const config: Fields = { ...fields, ...(isObject(fields['upload_config']) ? fields['upload_config'] : {}) }
  const timeout = (numberOf(config['retry_timeout']) ?? RETRY_TIMEOUT) * SECOND
  const delay = (numberOf(config['retry_delay']) ?? RETRY_DELAY) * SECOND
  return {
    uploadId,
    parts: rangesOf(parts, block === null || block === 0 ? defaultBlockBytes : block, size),
    concurrency: clamp(Math.floor(numberOf(config['concurrency']) ?? 1), 1, most),
    retryTimeout: Math.min(timeout, partRetryCapMs),
    retryDelay: clamp(delay, SHORTEST_DELAY, LONGEST_DELAY),
  }
}
