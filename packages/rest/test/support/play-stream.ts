import { expect } from 'vitest'

import type { RestOptions, StreamOptions, StreamResult, StreamTarget } from '../../src/index.js'
import { chunksOf } from './fake-endpoint.js'
import { ANCHOR, restHarness, type RestHarness } from './rest-harness.js'
import type { Reply, Script } from './scripted-dispatcher.js'

export const C2C: StreamTarget = { scene: 'c2c', id: 'E4F4AEA33253A2797FB897C50B81D7ED' }
export const OPTIONS: { readonly anchor: { readonly msgId: string } } = { anchor: ANCHOR }

interface Sent {
  readonly content?: string
  readonly markdown?: { readonly content: string }
  readonly msg_id?: string
  readonly msg_seq?: number
}

/** Chunks as `text`, final ones with a mark; messages as `[text]`. */
export const wire = ({ calls }: RestHarness): readonly string[] =>
  calls.map((call) => {
    const [chunk] = chunksOf([call])
    const { content, markdown } = call.body as Sent
    if (!chunk) return `[${markdown?.content ?? content ?? ''}]`
    return chunk.content_raw + (chunk.input_state === 10 ? '■' : '')
  })

/** What became of a stream. */
interface Played {
  readonly stage: RestHarness
  readonly seen: readonly string[]
  readonly result: StreamResult | null
  readonly error: unknown
}

/** Writes one piece a second, then ends. */
export const play = async (
  replies: readonly Reply[] | Script,
  pieces: readonly string[],
  options: Partial<StreamOptions> = {},
  client: Partial<RestOptions> = {},
): Promise<Played> => {
  const stage = restHarness(replies, client)
  const stream = stage.rest.openStream(C2C, { ...OPTIONS, ...options })
  for (const piece of pieces) {
    if (!stream.stopped.aborted) stream.write(piece)
    await stage.clock.advance(1000)
  }
  const ending = await stage.settle(stream.end()).then(
    (result) => ({ result, error: null }),
    (error: unknown) => ({ result: null, error }),
  )
  expect(stage.clock.pending).toBe(0)
  return { stage, seen: wire(stage), ...ending }
}
