import { setTimeout as wait } from 'node:timers/promises'

import type { LanguageModel } from 'ai'
import { MockLanguageModelV3 } from 'ai/test'

type Options = MockLanguageModelV3['doStreamCalls'][number]
type Piece =
  Awaited<ReturnType<MockLanguageModelV3['doStream']>>['stream'] extends ReadableStream<infer One>
    ? One
    : never

const say = (delta: string): Piece => ({ type: 'text-delta', id: 'text', delta })

const call = (toolName: string, input: object): Piece => ({
  type: 'tool-call',
  toolCallId: toolName,
  toolName,
  input: JSON.stringify(input),
})

/** What a tool gave, or its refusal in words. */
const resultIn = ({ prompt }: Options): string | null => {
  const last = prompt.at(-1)
  if (last?.role !== 'tool') return null
  return last.content
    .map((part) => {
      if (part.type !== 'tool-result') return ''
      return part.output.type === 'text' ? `${part.output.value}。` : '好，那就不做了。'
    })
    .join('')
}

/** What the person said last, without the name before it. */
const textIn = ({ prompt }: Options): string => {
  const last = prompt.findLast(({ role }) => role === 'user')
  if (last?.role !== 'user') return ''
  const text = last.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return text.replace(/^[^：]*：/, '')
}

/** The pieces of an answer. @param pause ms between two of them */
async function* answer(options: Options, pause: number): AsyncGenerator<Piece> {
  const result = resultIn(options)
  const text = textIn(options)
  const before = options.prompt.filter(({ role }) => role === 'user' || role === 'assistant').length - 1
  if (result !== null) yield say(result)
  else if (text.includes('天气')) {
    yield say('我查一下。')
    yield call('weather', { city: text.replace(/天气.*/, '').trim() || '北京' })
  } else if (text.includes('清空')) yield call('clearNotes', {})
  else if (text.includes('故事'))
    for (let chapter = 1; ; chapter += 1) {
      yield say(`第 ${chapter} 章……\n`)
      await wait(pause, undefined, { ...(options.abortSignal && { signal: options.abortSignal }) })
    }
  else yield say(`你说：${text}（之前有 ${before} 条消息）`)
}

/** Those pieces as `ai` expects them from a model. */
async function* stream(options: Options, pause: number): AsyncGenerator<Piece> {
  let called = false
  let spoke = false
  for await (const piece of answer(options, pause)) {
    if (piece.type === 'text-delta' && !spoke) {
      spoke = true
      yield { type: 'text-start', id: 'text' }
    }
    called ||= piece.type === 'tool-call'
    yield piece
  }
  if (spoke) yield { type: 'text-end', id: 'text' }
  const tokens = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined }
  yield {
    type: 'finish',
    finishReason: { unified: called ? 'tool-calls' : 'stop', raw: undefined },
    usage: { inputTokens: tokens, outputTokens: { total: undefined, text: undefined, reasoning: undefined } },
  }
}

/** A language model of a few lines, so that the agent runs without a key, and its tests without a network. */
export const fakeModel = (pause = 40): LanguageModel =>
  new MockLanguageModelV3({
    modelId: 'fake',
    doStream: async (options) => ({ stream: ReadableStream.from(stream(options, pause)) }),
  })
