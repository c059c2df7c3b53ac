import { view } from '../store/store.js'

/** The stories of the incidents in Chinese; the incidents themselves have them in English. */
const stories: Readonly<Record<string, string>> = {
  'answer-lost-after-executing':
    '平台已经发出消息，连接却在响应到达之前断开；换一个 msg_seq 重发就会发两次。',
  'doubled-delivery': '同一条消息推送两次，Resume 之后又来一次。',
  'expired-while-thinking': '模型思考的时间超过回复窗口：对这条消息的回复全部被判过期。',
  'gateway-null-at-start': '网关查询先后返回 null、空对象、错误类型和 HTML，然后才正常。',
  'half-open-hour': '连接变成半开，双方都没有察觉；一小时后还有人在等回答。',
  'one-lost-ack': '事件正常到达，只有一次心跳没有 ACK；这不是断开的理由。',
  'op7-then-4009': '平台要求重连，随后自己关闭连接；应当只重连一次。',
  'permission-withdrawn': '连接期间机器人失去一个 intent：相应事件停止，下一次 Identify 失败。',
  'ready-then-kicked': 'READY 之后立刻被关闭，连续十次；把 READY 当作成功的客户端会不停冲击平台。',
  'refused-intent': '机器人申请了没有权限的 intent，每次 Identify 都得到 op 9；再试也没有用。',
  'replayed-night': '八小时里什么都发生：半小时断线、RST、op 7、半开连接、会话丢失、重复事件。',
  'resume-loop-4902': '4009 之后每次 Resume 都被 4902 关闭；从不重新 Identify 的客户端永远收不到消息。',
  'thirty-minute-cut': '平台每半小时用 4009 关闭健康的连接，人们照常说话。',
  'token-endpoint-limited': '取 token 接口三次返回 “Too many requests”，HTTP 状态是 200。',
}

/** The story of an incident in the language of the page, if it is not the one that the incident has itself. */
export const incidentStory = (name: string): string | undefined =>
  view.language.value === 'zh' ? stories[name] : undefined
