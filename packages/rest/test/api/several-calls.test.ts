import type { Endpoint } from '@qqkit/protocol'
import { expect, it } from 'vitest'

import type { Rest } from '../../src/index.js'
import { onPlatform } from '../support/on-platform.js'

const png = (size: number): Buffer =>
  Buffer.concat([Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'), Buffer.alloc(size)])
const SECOND = 1000
const SMALL = png(100)
const LARGE = png(3000)

/** Methods that make several calls: that each is among them. How they behave is tested where they live. */
const ROWS: readonly {
  readonly endpoint: Endpoint
  readonly call: (
    rest: Rest,
    to: { readonly ann: string; readonly room: string; readonly said: string },
  ) => Promise<unknown>
}[] = [
  {
    endpoint: 'POST /v2/users/{user_openid}/stream_messages',
    call: (rest, { ann, said }) =>
      rest.stream({ scene: 'c2c', id: ann }, ['Once', ' upon'], { anchor: { msgId: said } }),
  },
  {
    endpoint: 'POST /v2/users/{user_openid}/files',
    call: (rest, { ann }) => rest.media.upload({ scene: 'c2c', id: ann }, SMALL),
  },
  {
    endpoint: 'POST /v2/groups/{group_openid}/files',
    call: (rest, { room }) => rest.media.upload({ scene: 'group', id: room }, SMALL),
  },
  {
    endpoint: 'POST /v2/users/{user_openid}/upload_prepare',
    call: (rest, { ann }) => rest.media.upload({ scene: 'c2c', id: ann }, LARGE),
  },
  {
    endpoint: 'POST /v2/groups/{group_openid}/upload_prepare',
    call: (rest, { room }) => rest.media.upload({ scene: 'group', id: room }, LARGE),
  },
  {
    endpoint: 'POST /v2/users/{user_openid}/upload_part_finish',
    call: (rest, { ann }) => rest.media.upload({ scene: 'c2c', id: ann }, LARGE),
  },
  {
    endpoint: 'POST /v2/groups/{group_openid}/upload_part_finish',
    call: (rest, { room }) => rest.media.upload({ scene: 'group', id: room }, LARGE),
  },
]

it.each(ROWS.map((row) => [row.endpoint, row] as const))(
  '%s is among the calls',
  async (endpoint, { call }) =>
    onPlatform(
      async ({ sim, rest, clock, called }) => {
        const said = sim.user('ann').say('hi').id
        const done = call(rest, { ann: sim.user('ann').id, room: sim.group('room').id, said })
        await clock.advance(SECOND)
        await done
        expect(called).toContain(endpoint)
      },
      { uploadBlockSize: 1000 },
      { media: { chunkAbove: 1000 } },
    ),
)
