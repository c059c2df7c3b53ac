import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import { type PeopleText, type PeopleTexts, textFor } from '../reply/people-texts.js'
import type { OutgoingMessage } from '../reply/platform-client.js'

const SECOND = 1000

type Occasion = 'failed' | 'limited' | 'denied'

type Info<K extends Occasion> = PeopleTexts[K] extends PeopleText<infer I> ? I : never

/** The default texts of middleware. */
const middlewareTexts: Pick<PeopleTexts, Occasion> = {
  failed: '出错了，请稍后再试。',
  limited: ({ retryAfter }) => `操作太频繁，请 ${Math.max(1, Math.ceil(retryAfter / SECOND))} 秒后再试。`,
  denied: '抱歉，你没有使用权限。',
}

/** The text of middleware for an occasion: that of the bot's option `texts`, or the default. */
export const middlewareText = <K extends Occasion>(
  ctx: Context,
  key: K,
  info: Info<K>,
): OutgoingMessage | null =>
  textFor(BaseContext.textsOf(ctx), key, middlewareTexts[key] as PeopleText<Info<K>>, info)

/** Replies with a text of middleware. Says nothing where no reply is possible. */
export const sayTo = async <K extends Occasion>(ctx: Context, key: K, info: Info<K>): Promise<void> => {
  const text = ctx.replyBudget === null ? null : middlewareText(ctx, key, info)
  if (text !== null) await ctx.reply(text)
}
