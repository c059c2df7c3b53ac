import { setTimeout as wait } from 'node:timers/promises'

/** A piece of an answer, in the shape that `ai` streams: `ctx.stream` takes those of `openai` and LangChain as well. */
export type Piece =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'tool-call'; readonly toolName: string; readonly input: string }

/** What a model is asked. */
export interface Prompt {
  /** What was said before, oldest first. */
  readonly history: readonly string[]
  readonly text: string
  /** Runs a tool and returns its result, or why it did not run. */
  readonly callTool: (name: string, input: string) => Promise<string>
  readonly signal: AbortSignal
}

export type Model = (prompt: Prompt) => AsyncIterable<Piece>

const say = (text: string): Piece => ({ type: 'text-delta', text })

/**
 * A language model of a few lines, so that the agent runs without a key. Put yours here, e.g. `streamText({ … }).fullStream` of `ai`.
 *
 * @param pause ms between two words
 */
export const fakeModel = (pause = 40): Model =>
  async function* answer({ history, text, callTool, signal }) {
    if (text.includes('天气')) {
      const city = text.replace(/天气.*/, '').trim() || '北京'
      yield say('我查一下。')
      yield { type: 'tool-call', toolName: 'weather', input: city }
      yield say(`${await callTool('weather', city)}。`)
    } else if (text.includes('清空')) {
      yield { type: 'tool-call', toolName: 'clearNotes', input: '' }
      yield say(`${await callTool('clearNotes', '')}。`)
    } else if (text.includes('故事')) {
      for (let chapter = 1; ; chapter += 1) {
        yield say(`第 ${chapter} 章……\n`)
        await wait(pause, undefined, { signal })
      }
    } else yield say(`你说：${text}（之前有 ${history.length} 条消息）`)
  }
