import type { ShardId } from '@qqkit/core'

import type { ShardsOption } from '../options.js'

/** The shards to run, or `null` while only the platform can tell how many. */
export const planShards = (option: ShardsOption): readonly ShardId[] | null => {
  if (option === 'auto') return null
  if (typeof option === 'number') return range(option)
  return option.ids.map((index) => ({ index, total: option.total }))
}

/** All shards of a number. */
export const range = (total: number): readonly ShardId[] =>
  Array.from({ length: total }, (_, index) => ({ index, total }))
