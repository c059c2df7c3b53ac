import { Bot, type BotOptions } from '@qqkit/bot'
import { AskError, asking } from '@qqkit/bot/asking'
import { control } from '@qqkit/bot/control'
import {
  errorReply,
  history,
  type HistoryEntry,
  type HistoryRecord,
  mentionOnly,
  type StateStore,
  typing,
} from '@qqkit/bot/middleware'
import {
  type LanguageModel,
  type ModelMessage,
  stepCountIs,
  streamText,
  type TextStreamPart,
  type ToolApprovalResponse,
  type ToolSet,
} from 'ai'

import { fakeModel } from './fake-model.js'
import { tools } from './tools.js'

/** ms that a person has to agree to a tool. */
const PATIENCE = 2 * 60_000
/** Calls of the model for one message. */
const MOST_STEPS = 8

/** Of a picture alone, and the like. */
const NO_TEXT = '（没有文字的消息）'

const SYSTEM = '你是 QQ 上的助手，回答简短。工具被拒绝时不要再试。'

/** What an agent is made of. */
export interface AgentParts {
  readonly model?: LanguageModel
  /** Where conversations outlive a restart; in memory when left out. */
  readonly store?: StateStore<readonly HistoryRecord[]>
}

/** In groups and channels several people talk: the model receives the name with each text. */
const inWords = (name: string | undefined, text: string): string => (name ? `${name}：${text}` : text)

const asMessage = ({ author, text }: HistoryEntry): ModelMessage =>
  author ? { role: 'user', content: inWords(author.name, text) } : { role: 'assistant', content: text }

const titleOf = (name: string): string => tools[name]?.title ?? name

interface Conversation {
  readonly model: LanguageModel
  readonly messages: readonly ModelMessage[]
  /** Asks a person about a tool. */
  readonly isApproved: (tool: string) => Promise<boolean>
  readonly signal: AbortSignal
}

/** An answer of the model. Where a tool needs approval it pauses, asks, and tells the model what the person said. */
async function* converse(conversation: Conversation): AsyncGenerator<TextStreamPart<ToolSet>> {
  const { model, isApproved, signal } = conversation
  const messages = [...conversation.messages]
  for (let asked = true; asked;) {
    const result = streamText({
      model,
      tools,
      system: SYSTEM,
      messages,
      stopWhen: stepCountIs(MOST_STEPS),
      abortSignal: signal,
      // ctx.stream throws it.
      onError: () => {},
    })
    const replies: ToolApprovalResponse[] = []
    for await (const part of result.fullStream) {
      yield part
      if (part.type === 'tool-approval-request')
        replies.push({
          type: 'tool-approval-response',
          approvalId: part.approvalId,
          approved: await isApproved(part.toolCall.toolName),
        })
    }
    asked = replies.length > 0
    if (asked) messages.push(...(await result.response).messages, { role: 'tool', content: replies })
  }
}

/** The whole agent. It works in private chats, groups and guild channels. */
export const createAgent = (options: BotOptions, { model = fakeModel(), store }: AgentParts = {}): Bot => {
  const recent = history({ limit: 30, ...(store && { store }) })
  const clock = options.clock && { clock: options.clock }

  const bot = new Bot(options)
    // /stop ends an answer in the middle, /new forgets the conversation. Both pass the queue of the conversation.
    .use(control({ forget: [recent] }))
    .use(recent, mentionOnly(), typing({ ...clock }), errorReply())
    // ctx.ask and ctx.choose, for the handlers below.
    .use(asking({ timeout: PATIENCE }))

  bot.help()

  bot.on('message', async (ctx) => {
    /** Buttons where the place has them; without an answer: no. */
    const isApproved = async (name: string): Promise<boolean> => {
      try {
        const { choice } = await ctx.choose(`要${titleOf(name)}吗？`, { yes: '同意', no: '拒绝' })
        return choice === 'yes'
      } catch (error) {
        if (AskError.is(error) && error.code === 'question_timed_out') return false
        throw error
      }
    }

    const messages = [...recent.of(ctx), { author: ctx.author, text: ctx.text || NO_TEXT, at: 0 }].map(
      asMessage,
    )
    const answer = converse({ model, messages, isApproved, signal: ctx.signal })
    // In private chats the message grows; calls of tools are lines of it.
    await ctx.stream(answer, { markdown: true, tool: (name) => `🔧 ${titleOf(name)}…` })
  })

  return bot
}
