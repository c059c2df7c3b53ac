import { createHash } from 'node:crypto'

import type { Digest } from '../digest.js'
import type { MediaType } from '../kinds.js'

/** Where a file is uploaded to, and as what. */
export interface MediaPlace {
  readonly appId: string
  readonly scene: string
  /** Openid of the user or group. */
  readonly id: string
  readonly type: MediaType
  /** The name that people see; part of the file for type `file` only. */
  readonly name: string
}

/** A key for everything that makes two uploads the same. Ids are hashed: a cache need not know who talks to the bot. */
const keyOf = (place: MediaPlace, content: string): string => {
  const { appId, scene, id, type, name } = place
  const parts = [appId, scene, id, type, type === 'file' ? name : '', content]
  return `qqkit:media:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}

/** The key of content. Two hashes and the length together: nobody makes a second file with the same. */
export const contentKey = (place: MediaPlace, { md5, sha1 }: Digest, size: number): string =>
  keyOf(place, `content ${size} ${md5} ${sha1}`)

/** The key of an address. */
export const urlKey = (place: MediaPlace, url: URL): string => keyOf(place, `url ${url.href}`)
