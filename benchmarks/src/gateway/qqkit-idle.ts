/** Idle shards of one gateway. */
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

import { Gateway } from '@qqkit/gateway'

import { localAccess } from './access.js'
import { heapInUse } from './heap.js'

const [, , port, total] = process.argv
const shards = Number(total)
const ids = Array.from({ length: shards }, (_, index) => index)
const gateway = new Gateway({ intents: 1 << 25, access: localAccess(port), shards: { ids, total: shards } })

const before = heapInUse()
void gateway.run()
while (gateway.status().shards.some(({ state }) => state !== 'ready')) await sleep(50)
process.send?.({ 'heap per shard (KiB)': (heapInUse() - before) / shards / 1024 })
