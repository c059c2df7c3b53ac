import { describe, expectTypeOf, it } from 'vitest'

import type { Context, StreamResult, TextSource } from '../../src/index.js'

interface Piece {
  readonly delta?: string | null
}

/** As `openai` types it. */
interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[]
}

// Never run: what matters is that the compiler agrees.
const use = (
  ctx: Context,
  strings: AsyncIterable<string>,
  pieces: AsyncIterable<Piece>,
  chunks: AsyncIterable<Chunk>,
): void => {
  void ctx.stream(strings)
  void ctx.stream((write, signal) => {
    expectTypeOf(write).parameter(0).toBeString()
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
  })
  void ctx.stream(chunks)
  void ctx.stream(chunks, { text: (chunk) => chunk.choices[0]?.delta.content, tool: (name) => name })
  void ctx.stream(pieces, { text: ({ delta }) => delta, markdown: true, throttle: 400 })
  // @ts-expect-error -- pieces are no strings, and nothing says where the text is
  void ctx.stream(pieces)
  // @ts-expect-error -- there is no such mode
  void ctx.stream(strings, { mode: 'rewrite' })
  void ctx.stream(strings).then((result) => {
    if (result.kind === 'streamed') expectTypeOf(result).toEqualTypeOf<StreamResult>()
    if (result.kind === 'sent') expectTypeOf(result.id).toEqualTypeOf<string | null>()
  })
  expectTypeOf(strings).toExtend<TextSource>()
}

describe('types', () => {
  it('BT-06 tell sources of strings from others', () => {
    expectTypeOf(use).toBeFunction()
  })
})
