import type { Language } from '@qqkit/core/internal'

import type { LogEntry } from '../core/kernel/log-entry.js'
import type { Scene } from '../core/rules/scene.js'
import { withoutContents } from '../runtime/without-contents.js'

const words: Readonly<
  Record<
    Language,
    Readonly<
      Record<
        | 'connected'
        | 'resumed'
        | 'closed'
        | 'refused'
        | 'pushed'
        | 'unheard'
        | 'proactive'
        | 'recalled'
        | 'pressed'
        | 'acknowledged'
        | 'unacknowledged',
        string
      >
    >
  >
> = {
  en: {
    connected: 'the bot is connected',
    resumed: 'the bot has resumed its session',
    closed: 'the connection of the bot ended',
    refused: 'refused',
    pushed: 'the webhook did not take an event',
    unheard: 'reached no bot: none is connected, or it did not ask for this event',
    proactive: 'proactive',
    recalled: 'recalled',
    pressed: 'pressed',
    acknowledged: 'the bot answered the press with code',
    unacknowledged: 'the bot did not acknowledge the press in time',
  },
  zh: {
    connected: '机器人已连接',
    resumed: '机器人恢复了会话',
    closed: '机器人的连接已断开',
    refused: '被拒绝',
    pushed: 'webhook 没有接收事件',
    unheard: '没有机器人收到：尚未连接，或未订阅该事件',
    proactive: '主动消息',
    recalled: '已撤回',
    pressed: '点击了',
    acknowledged: '机器人对点击回应了代码',
    unacknowledged: '机器人没有及时回应点击',
  },
}

const onOneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ⏎ ')

/** Where something was said or done; nothing for a place of two. */
const placeOf = ({ scene, peer }: { readonly scene: Scene; readonly peer: string }): string =>
  scene === 'c2c' || scene === 'dm' ? '' : ` (${peer})`

/** What a log entry says to the person at the terminal, as one line; `null` for most entries. */
export const lineOf = (entry: LogEntry, language: Language, contents: boolean): string | null => {
  const say = words[language]
  const shown = contents ? entry : withoutContents(entry)
  switch (shown.kind) {
    case 'message': {
      if (shown.change === 'streaming' || shown.change === 'audit') return null
      const proactive = shown.direction === 'out' && shown.replyTo === null && shown.change === 'sent'
      const recalled = shown.change === 'recalled' ? ` (${say.recalled})` : ''
      return `${shown.author}${placeOf(shown)}: ${onOneLine(shown.content)}${proactive ? ` (${say.proactive})` : ''}${recalled}`
    }
    case 'press':
      return `${shown.author}${placeOf(shown)} ${say.pressed}: ${onOneLine(shown.button)}`
    case 'interaction':
      if (shown.code === 0) return null
      return `• ${shown.code === null ? say.unacknowledged : `${say.acknowledged} ${shown.code}`}`
    case 'session':
      if (shown.change === 'created') return `• ${say.connected}`
      return shown.change === 'resumed' ? `• ${say.resumed}` : null
    case 'connection':
      return shown.change === 'closed' && shown.session !== null
        ? `• ${say.closed}: ${shown.code} ${shown.reason}`
        : null
    case 'call':
      return shown.status >= 400 || (shown.code !== null && shown.code !== 0)
        ? `• ${shown.method} ${shown.path} ${say.refused}: ${shown.status} ${onOneLine(shown.response)}`
        : null
    case 'push':
      return shown.outcome === 'accepted'
        ? null
        : `• ${say.pushed}: ${shown.status || ''} ${onOneLine(shown.body).slice(0, 200)}`
    case 'event':
      return shown.sessions.length === 0 && !shown.pushed && shown.conversation !== null
        ? `• ${shown.t} ${say.unheard}`
        : null
    case 'fault':
    case 'frame':
    case 'heartbeat':
    case 'reaction':
    case 'refused-intents':
    case 'switch':
    case 'typing':
      break
  }
  return null
}
