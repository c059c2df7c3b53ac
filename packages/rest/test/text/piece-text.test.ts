/** Pieces of language models, in the shapes of their libraries (`ai` 7, `openai` 7, LangChain 1, Anthropic). */
import { describe, expect, expectTypeOf, it } from 'vitest'

import { type ModelPiece, pieceText, pipeText, type TextSink, type TextSource } from '../../src/text/index.js'

/** What a stream of pieces becomes, with a line for each tool. */
const written = async (
  pieces: Iterable<unknown>,
  tool?: (name: string) => string | null,
): Promise<string> => {
  let whole = ''
  const sink: TextSink<string> = {
    write: (text) => void (whole += text),
    end: async () => whole,
    stopped: new AbortController().signal,
  }
  return pipeText(pieces as Iterable<string>, sink, pieceText({ tool }))
}

const chunk = (delta: object): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: null }],
})

/** One answer, `Let me see.` and `Sunny.` around a call of the tool `weather`, as each library streams it. */
const STREAMS: Readonly<Record<string, readonly unknown[]>> = {
  'fullStream of ai': [
    { type: 'start' },
    { type: 'reasoning-delta', id: '0', text: 'hm' },
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', text: 'Let me ' },
    { type: 'text-delta', id: '1', text: 'see.' },
    { type: 'tool-call', toolCallId: 'c', toolName: 'weather', input: { city: 'Rome' } },
    { type: 'tool-result', toolCallId: 'c', toolName: 'weather', output: 'sun' },
    { type: 'text-delta', id: '2', text: 'Sunny.' },
    { type: 'finish', finishReason: 'stop' },
  ],
  'chat completions of openai': [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'Let me see.' }),
    chunk({
      tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'weather', arguments: '' } }],
    }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }),
    chunk({ content: 'Sunny.' }),
    { id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [], usage: { total_tokens: 3 } },
  ],
  'responses of openai': [
    { type: 'response.created', response: { id: 'r' } },
    {
      type: 'response.output_text.delta',
      delta: 'Let me see.',
      item_id: 'm',
      output_index: 0,
      content_index: 0,
    },
    { type: 'response.output_item.added', item: { type: 'message', id: 'm' }, output_index: 0 },
    {
      type: 'response.output_item.added',
      item: { type: 'function_call', name: 'weather', call_id: 'c' },
      output_index: 1,
    },
    { type: 'response.function_call_arguments.delta', delta: '{}', item_id: 'f', output_index: 1 },
    { type: 'response.output_text.delta', delta: 'Sunny.', item_id: 'm', output_index: 2, content_index: 0 },
    { type: 'response.completed', response: { id: 'r' } },
  ],
  'messages of LangChain': [
    { type: 'ai', content: 'Let me ', tool_call_chunks: [] },
    {
      type: 'ai',
      content: [
        { type: 'text', text: 'see.' },
        { type: 'image_url', image_url: 'x' },
      ],
    },
    { type: 'ai', content: '', tool_call_chunks: [{ name: 'weather', args: '', index: 0 }] },
    { type: 'ai', content: '', tool_call_chunks: [{ args: '{}', index: 0 }] },
    { type: 'tool', content: 'sun', tool_call_id: 'c' },
    { type: 'ai', content: 'Sunny.' },
  ],
  'messages of LangChain 0.3': [
    { content: 'Let me see.', tool_call_chunks: [], getType: () => 'ai' },
    { content: '', tool_call_chunks: [{ name: 'weather', args: '', index: 0 }], getType: () => 'ai' },
    { content: 'sun', tool_call_id: 'c', getType: () => 'tool' },
    { content: 'Sunny.', getType: () => 'ai' },
  ],
  'messages of LangGraph with metadata': [
    [{ type: 'ai', content: 'Let me see.' }, { langgraph_node: 'agent' }],
    [{ type: 'ai', content: '', tool_call_chunks: [{ name: 'weather', args: '', index: 0 }] }, {}],
    [{ type: 'tool', content: 'sun' }, {}],
    [{ type: 'ai', content: 'Sunny.' }, {}],
  ],
  'events of LangChain': [
    { event: 'on_chat_model_start', name: 'model', data: { input: 'hi' } },
    { event: 'on_chat_model_stream', name: 'model', data: { chunk: { type: 'ai', content: 'Let me see.' } } },
    { event: 'on_tool_start', name: 'weather', data: { input: {} } },
    { event: 'on_chat_model_stream', name: 'model', data: { chunk: { type: 'ai', content: 'Sunny.' } } },
    { event: 'on_chain_end', name: 'agent', data: { output: 'x' } },
  ],
  'messages of Anthropic': [
    { type: 'message_start', message: { id: 'm', content: [] } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Let me see.' } },
    {
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 'c', name: 'weather', input: {} },
    },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{}' } },
    { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'Sunny.' } },
    { type: 'message_stop' },
  ],
  'plain texts': ['Let me ', 'see.', { type: 'tool-call', toolName: 'weather' }, 'Sunny.'],
}

describe.each(Object.entries(STREAMS))('RS-61 %s', (_name, pieces) => {
  it('are read without an adapter; calls of tools are lines of their own, or left out', async () => {
    expect(await written(pieces)).toBe('Let me see.Sunny.')
    expect(await written(pieces, (name) => `🔧 ${name}`)).toBe('Let me see.\n🔧 weather\nSunny.')
    expect(await written(pieces, () => null)).toBe('Let me see.Sunny.')
  })
})

describe('RS-61 a stream of a model', () => {
  it.each<readonly [string, unknown, string]>([
    ['ai', { type: 'error', error: new RangeError('no credit') }, 'no credit'],
    ['ai, with a text', { type: 'error', error: 'no credit' }, 'no credit'],
    ['openai', { type: 'error', code: 'x', message: 'no credit', sequence_number: 1 }, 'no credit'],
    [
      'openai, at the end',
      { type: 'response.failed', response: { error: { code: 'x', message: 'no credit' } } },
      'no credit',
    ],
    ['Anthropic', { type: 'error', error: { type: 'overloaded_error', message: 'no credit' } }, 'no credit'],
  ])('fails with the error of the model: %s', async (_name, piece, message) => {
    await expect(written(['Well', piece])).rejects.toThrow(message)
  })

  it.each([5, null, {}, { delta: 'x' }, [], [5], { content: 5 }, true])(
    'refuses %j, and says what to give',
    async (piece) => {
      await expect(written([piece])).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('option `text`') as string,
      })
    },
  )

  it('begins no line where one has just begun', async () => {
    const call = { type: 'tool-call', toolName: 'a' }
    expect(await written([call, call, 'x\n', call], (name) => name)).toBe('a\na\nx\na\n')
  })

  it('has a type that the libraries fit, and other values do not', () => {
    expectTypeOf<AsyncIterable<{ type: 'finish'; usage: object }>>().toExtend<TextSource>()
    expectTypeOf<AsyncIterable<{ choices: { delta: { content?: string } }[] }>>().toExtend<TextSource>()
    expectTypeOf<AsyncIterable<[{ content: string }, Record<string, unknown>]>>().toExtend<TextSource>()
    expectTypeOf<AsyncIterable<number>>().not.toExtend<TextSource>()
    expectTypeOf<{ delta: string }>().not.toExtend<ModelPiece>()
  })
})
