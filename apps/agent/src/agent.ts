import { Bot, type BotOptions } from '@qqkit/bot'
import { AskError, asking } from '@qqkit/bot/asking'
import { control } from '@qqkit/bot/control'
import {
  errorReply,
  history,
  mentionOnly,
  type HistoryRecord,
  type StateStore,
  typing,
} from '@qqkit/bot/middleware'

import { fakeModel, type Model } from './model.js'
import { tools } from './tools.js'

/** ms that a person has to agree to a tool. */
const PATIENCE = 2 * 60_000

/** What an agent is made of. */
export interface AgentParts {
  readonly model?: Model
  /** Where conversations outlive a restart; in memory when left out. */
  readonly store?: StateStore<readonly HistoryRecord[]>
}

/** The whole agent. It works in private chats, groups and guild channels. */
export const createAgent = (options: BotOptions, { model = fakeModel(), store }: AgentParts = {}): Bot => {
  const recent = history({ limit: 30, ...(store && { store }) })
  const clock = options.clock && { clock: options.clock }

  const bot = new Bot(options)
    // /stop ends an answer in the middle, /new forgets the conversation. Both pass the queue of the conversation.
    .use(control({ forget: [recent] }))
    .use(recent, mentionOnly(), typing({ ...clock }), errorReply('出错了，请稍后再试。'))
    // ctx.ask and ctx.choose, for the handlers below.
    .use(asking({ timeout: PATIENCE }))

  bot.help()

  bot.on('message', async (ctx) => {
    /** Buttons where the place has them; without an answer: no. */
    const isApproved = async (what: string): Promise<boolean> => {
      try {
        const { choice } = await ctx.choose(`要${what}吗？`, { yes: '同意', no: '拒绝' })
        return choice === 'yes'
      } catch (error) {
        if (AskError.is(error) && error.code === 'question_timed_out') return false
        throw error
      }
    }

    const callTool = async (name: string, input: string): Promise<string> => {
      const tool = tools[name]
      if (!tool) return `没有名为 ${name} 的工具`
      if (tool.needsApproval && !(await isApproved(tool.title))) return `没有${tool.title}`
      return tool.run(input, ctx.signal)
    }

    const answer = model({
      history: recent.of(ctx).map(({ text }) => text),
      text: ctx.text,
      callTool,
      signal: ctx.signal,
    })
    // In private chats the message grows; calls of tools are lines of it.
    await ctx.stream(answer, { markdown: true, tool: (name) => `🔧 ${tools[name]?.title ?? name}…` })
  })

  return bot
}
