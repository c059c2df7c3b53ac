import type { Language } from '../store/state.js'
import { view } from '../store/store.js'

/** Words for lines of the feed other than frames and calls, by verb. */
const verbs: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  opened: { en: 'connection opened', zh: '连接打开' },
  closed: { en: 'connection closed', zh: '连接关闭' },
  frozen: { en: 'connection half-open', zh: '连接半开' },
  'session.created': { en: 'session created', zh: '会话建立' },
  'session.resumed': { en: 'session resumed', zh: '会话恢复' },
  'session.detached': { en: 'session detached', zh: '会话等待恢复' },
  'session.expired': { en: 'session expired', zh: '会话过期' },
  'session.dropped': { en: 'session dropped', zh: '会话作废' },
  'event.lost': { en: 'no receiver', zh: '无人接收' },
  'event.kept': { en: 'kept for replay', zh: '留待重放' },
  'fault.added': { en: 'fault on', zh: '故障开启' },
  'fault.struck': { en: 'fault struck', zh: '故障触发' },
  'fault.cleared': { en: 'fault cleared', zh: '故障解除' },
  'intents.refused': { en: 'intents refused', zh: 'intent 被拒绝' },
  'heartbeat.answered': { en: 'server heartbeat answered', zh: '服务端心跳已应答' },
  'heartbeat.missed': { en: 'server heartbeat missed', zh: '服务端心跳无应答' },
  'heartbeat.acknowledged': { en: 'op 11 from the bot', zh: '机器人发来 op 11' },
  switch: { en: 'live switch', zh: '线上开关' },
}

export const eventVerb = (verb: string): string => verbs[verb]?.[view.language.value] ?? verb
