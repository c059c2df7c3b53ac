import type { Language } from '../store/state.js'
import { view } from '../store/store.js'

type Words = readonly [name: string, explanation: string]

/** Names and explanations of the offered faults, by kind. */
const words: Readonly<Record<string, Readonly<Record<Language, Words>>>> = {
  drop: {
    en: ['Drop the connection', 'The stream ends without a close frame'],
    zh: ['断开连接', '没有关闭帧，连接直接中断'],
  },
  reset: {
    en: ['Reset the connection', 'A TCP RST, as after a crashed proxy'],
    zh: ['重置连接', 'TCP RST，就像代理崩溃了一样'],
  },
  'half-open': {
    en: ['Half-open', 'All reading and writing stops, and no side notices'],
    zh: ['半开连接', '不再收发任何数据，也不通知对方'],
  },
  reconnect: {
    en: ['op 7 Reconnect', 'The platform asks the bot to reconnect'],
    zh: ['op 7 重连', '平台要求机器人重新连接'],
  },
  'reconnect-4009': {
    en: ['op 7, then close 4009', 'Both within half a second, as the platform does'],
    zh: ['op 7 后关闭 4009', '半秒内先后发生，平台就是这样做的'],
  },
  'heartbeat-now': {
    en: ['op 1 from the server', 'The bot should answer with op 1; op 11 ends in 4001'],
    zh: ['服务端心跳 op 1', '期待机器人回 op 1；回 op 11 会以 4001 关闭'],
  },
  'invalid-true': {
    en: ['op 9, resumable', 'Invalid session, but it may be resumed'],
    zh: ['op 9（可恢复）', '会话无效，但允许恢复'],
  },
  'invalid-false': {
    en: ['op 9, not resumable', 'Invalid session: identify again'],
    zh: ['op 9（不可恢复）', '会话无效，需要重新鉴权'],
  },
  close: {
    en: ['Close with a code', 'Any close code of the gateway'],
    zh: ['以关闭码断开', '网关的任意关闭码'],
  },

  'handshake-refused': {
    en: ['Refuse the socket', 'The handshake is answered with this HTTP status'],
    zh: ['拒绝连接', '握手得到这个 HTTP 状态码'],
  },
  'no-hello': {
    en: ['No HELLO', 'The socket opens, then silence'],
    zh: ['没有 HELLO', '连接打开后没有任何消息'],
  },
  'wrong-interval': {
    en: ['Odd heartbeat interval', 'HELLO announces this interval'],
    zh: ['异常心跳间隔', 'HELLO 中给出这个间隔'],
  },
  'no-ready': { en: ['No READY', 'IDENTIFY is not answered'], zh: ['没有 READY', 'IDENTIFY 得不到回应'] },
  'identify-close': {
    en: ['Refuse IDENTIFY', 'With this close code'],
    zh: ['拒绝 IDENTIFY', '以该关闭码断开'],
  },
  'no-resumed': { en: ['No RESUMED', 'RESUME is not answered'], zh: ['没有 RESUMED', 'RESUME 得不到回应'] },
  'reset-by-resume': {
    en: ['Refuse RESUME', 'With this close code: reset by resume'],
    zh: ['拒绝 RESUME', '以该关闭码断开'],
  },
  'resume-refused': {
    en: ['RESUME gets op 9', 'The session cannot be resumed'],
    zh: ['RESUME 得到 op 9', '会话无法恢复'],
  },
  'no-ack': {
    en: ['No heartbeat ACK', 'Heartbeats are not answered'],
    zh: ['没有心跳回应', '心跳得不到 ACK'],
  },

  'event-drop': {
    en: ['Drop at an event', 'The connection ends in place of the next event'],
    zh: ['收到事件时断开', '下一个事件到来时连接中断'],
  },
  'lost-event': {
    en: ['Lose the event', 'The event is not sent; a resume replays it'],
    zh: ['丢失事件', '事件不会送出，恢复会话后重放'],
  },
  'late-event': { en: ['Delay the event', 'By this many ms'], zh: ['延迟事件', '延迟的毫秒数'] },
  'doubled-event': { en: ['Send the event twice', ''], zh: ['事件重复发送', ''] },
  'reordered-events': {
    en: ['Swap two events', 'The event is held until the next one was sent'],
    zh: ['事件乱序', '等下一个事件发出后才发送'],
  },
  'garbage-frame': {
    en: ['Garbage', 'Text that is not JSON, in place of the event'],
    zh: ['乱码', '用非 JSON 文本代替事件'],
  },
  'truncated-frame': {
    en: ['Cut the frame', 'JSON that ends in the middle'],
    zh: ['截断帧', 'JSON 在中间断掉'],
  },
  'oversized-frame': { en: ['Oversized frame', 'The event, 8 MiB long'], zh: ['超大帧', '8 MiB 的事件'] },

  'gateway-null': {
    en: ['Gateway is null', 'The lookup answers null'],
    zh: ['网关返回 null', '查询网关得到 null'],
  },
  'gateway-empty': {
    en: ['Gateway is {}', 'The lookup answers without a URL'],
    zh: ['网关返回 {}', '查询网关没有地址'],
  },
  'gateway-html': { en: ['Gateway 502', 'An HTML error page'], zh: ['网关 502', 'HTML 错误页面'] },
  'gateway-hangs': {
    en: ['Gateway hangs', 'The lookup is never answered'],
    zh: ['网关无响应', '查询网关没有回应'],
  },
  'token-limited': {
    en: ['Token rate limited', '100001 Too many requests'],
    zh: ['Token 频率限制', '100001 Too many requests'],
  },
  'token-too-often': {
    en: ['Token asked too often', '100017, with HTTP 200'],
    zh: ['Token 请求过频', '100017，HTTP 200'],
  },
  'token-wrong-form': {
    en: ['Token: wrong form', '100002 internal err: appId as a number, or the body as a form'],
    zh: ['Token 格式错误', '100002 internal err：appId 是数字，或正文是表单'],
  },
  'token-500': { en: ['Token 500', 'The token endpoint is down'], zh: ['Token 500', 'Token 接口不可用'] },

  'anchor-expired': {
    en: ['Reply expired', 'msg_id is too old: 40034005'],
    zh: ['被动回复过期', 'msg_id 已过期：40034005'],
  },
  'markdown-refused': {
    en: ['Markdown refused', 'No permission for native markdown: 50056'],
    zh: ['拒绝 Markdown', '没有原生 Markdown 权限：50056'],
  },
  'token-expired': {
    en: ['401 token invalid', '11244: the token is not accepted'],
    zh: ['401 Token 失效', '11244：Token 不被接受'],
  },
  'rate-limited': {
    en: ['429 rate limited', 'Too many messages: 22009'],
    zh: ['429 频率限制', '消息过多：22009'],
  },
  'server-error': { en: ['500 server error', 'Nothing is executed'], zh: ['500 服务器错误', '调用没有执行'] },
  'send-slow': { en: ['Slow answer', 'By this many ms'], zh: ['响应缓慢', '延迟的毫秒数'] },
  'send-hangs': {
    en: ['No answer', 'The call hangs and is not executed'],
    zh: ['没有响应', '调用挂起，且没有执行'],
  },
  'reset-before-executing': {
    en: ['Reset before executing', 'The connection breaks, and nothing was executed'],
    zh: ['执行前断开', '连接中断，什么也没发生'],
  },
  'reset-after-executing': {
    en: ['Reset after executing', 'The message arrives, but its answer is lost'],
    zh: ['执行后断开', '消息已送达，响应却丢失'],
  },

  'media-not-fetchable': {
    en: ['Media URL unreachable', 'The platform cannot download the file: 850026'],
    zh: ['媒体地址无法访问', '平台下载失败：850026'],
  },

  'openid-foreign': {
    en: ['Openid of another bot', '11255 invalid request, with HTTP 500'],
    zh: ['其他机器人的 openid', '11255 invalid request，HTTP 500'],
  },
  'markdown-reply-refused': {
    en: ['No markdown in replies', '304041, with HTTP 500'],
    zh: ['回复不允许 Markdown', '304041，HTTP 500'],
  },
  'typing-refused': {
    en: ['Typing notice refused', '50059 input type err, with HTTP 500'],
    zh: ['拒绝“正在输入”', '50059 input type err，HTTP 500'],
  },
  'replies-used-up': {
    en: ['Replies used up', '22009 msg limit exceed, with HTTP 400'],
    zh: ['被动回复次数用尽', '22009 msg limit exceed，HTTP 400'],
  },
  'reply-limit-in-words': {
    en: ['Replies used up, text only', 'HTTP 500 and a text without a code'],
    zh: ['回复次数用尽（只有文案）', 'HTTP 500，没有错误码'],
  },
  'send-duplicate': {
    en: ['Duplicate message', 'msg_id and msg_seq were used: 40054005'],
    zh: ['消息重复', 'msg_id 与 msg_seq 已用过：40054005'],
  },
  'anchor-unknown': {
    en: ['Unknown msg_id', '40034024'],
    zh: ['无效的 msg_id', '40034024'],
  },
  'recall-refused': {
    en: ['Recall refused', '40061001, as for a streamed message'],
    zh: ['拒绝撤回', '40061001，流式消息就是这样'],
  },
  'media-format-refused': {
    en: ['Media format refused', '850019, with HTTP 500'],
    zh: ['不支持的媒体格式', '850019，HTTP 500'],
  },
  'media-url-format-refused': {
    en: ['Media URL refused', 'The address does not look like media: 850019'],
    zh: ['媒体地址格式被拒', '地址看起来不是媒体：850019'],
  },
  'upload-too-big': {
    en: ['Upload too big', '413 with a page of HTML'],
    zh: ['上传过大', '413，正文是 HTML 页面'],
  },
  'stream-busy': {
    en: ['Another stream is open', '40034021'],
    zh: ['其它流式消息发送中', '40034021'],
  },
  'stream-too-fast': { en: ['Stream too fast', '50002, with HTTP 429'], zh: ['流式过快', '50002，HTTP 429'] },
  'stream-index-stuck': {
    en: ['Index did not grow', '40006, with HTTP 404'],
    zh: ['index 没有递增', '40006，HTTP 404'],
  },
  'stream-prefix-changed': {
    en: ['Delivered text changed', '40007, with HTTP 404'],
    zh: ['已发送的内容被修改', '40007，HTTP 404'],
  },
  'stream-answer-lost': {
    en: ['Frame arrives, answer is lost', 'The connection breaks after the frame was accepted'],
    zh: ['分片已送达，响应丢失', '分片被接收后连接中断'],
  },

  'push-doubled': {
    en: ['Push twice', 'The webhook gets the event again'],
    zh: ['重复推送', 'Webhook 再次收到同一事件'],
  },
  'push-forged': {
    en: ['Forged signature', 'One bit of the signature is wrong'],
    zh: ['伪造签名', '签名有一位是错的'],
  },
  'push-late': { en: ['Delay the push', 'By this many ms'], zh: ['延迟推送', '延迟的毫秒数'] },

  'handshake-reset': {
    en: ['Reset the handshake', 'The socket is torn down before it opens'],
    zh: ['握手时重置', '连接还没打开就被重置'],
  },
  'handshake-hangs': {
    en: ['Handshake hangs', 'The handshake is never answered'],
    zh: ['握手无响应', '握手一直得不到回应'],
  },
  'ready-then-kicked': {
    en: ['READY, then kicked', 'The session starts and is closed with this code'],
    zh: ['READY 后被踢', '会话建立后以该关闭码断开'],
  },
  'identify-refused': {
    en: ['IDENTIFY gets op 9', 'The session is refused'],
    zh: ['IDENTIFY 得到 op 9', '会话被拒绝'],
  },
  'late-ack': { en: ['Late heartbeat ACK', 'By this many ms'], zh: ['心跳回应迟到', '迟到的毫秒数'] },
  'server-heartbeat': {
    en: ['Heartbeat of the platform', 'op 1 after the next heartbeat of the bot'],
    zh: ['平台心跳', '在机器人下一次心跳后发来 op 1'],
  },
  'binary-frame': {
    en: ['Binary frame', 'The event as a binary message'],
    zh: ['二进制帧', '事件以二进制消息发来'],
  },
  'cut-after-event': {
    en: ['Reset after an event', 'The event arrives, then the connection breaks'],
    zh: ['事件后重置', '事件送达后连接立即断开'],
  },
  'half-open-at-event': {
    en: ['Half-open at an event', 'From the next event on, nothing arrives'],
    zh: ['事件时半开', '从下一个事件起什么也收不到'],
  },
  'gateway-wrong-types': {
    en: ['Gateway of wrong types', 'The address is a number, the shards are a text'],
    zh: ['网关字段类型错误', '地址是数字，分片数是文本'],
  },
  'gateway-500': { en: ['Gateway 500', 'The lookup fails'], zh: ['网关 500', '查询网关失败'] },
  'token-refused': {
    en: ['Token refused', '100016 invalid appid or secret'],
    zh: ['Token 被拒绝', '100016 invalid appid or secret'],
  },
  'token-hangs': {
    en: ['Token hangs', 'The token call is never answered'],
    zh: ['Token 无响应', '获取 Token 没有回应'],
  },
  'ip-not-allowed': {
    en: ['IP not allowed', '11298: the address is not in the allow list'],
    zh: ['IP 不在白名单', '11298：地址不在允许列表里'],
  },
  'rate-limited-with-hint': {
    en: ['429 with Retry-After', '22009, and the header says 2 s'],
    zh: ['429 带 Retry-After', '22009，响应头要求等 2 秒'],
  },
  'server-error-while-executing': {
    en: ['504 while executing', 'The answer comes first, the message later'],
    zh: ['执行中返回 504', '先返回错误，消息随后才送达'],
  },
  'server-error-after-executing': {
    en: ['500 after executing', 'The message arrives, the answer says failed'],
    zh: ['执行后返回 500', '消息已送达，响应却说失败'],
  },
  'html-502': {
    en: ['502 with HTML', 'A page of the front proxy'],
    zh: ['502 HTML 页面', '来自前置代理的页面'],
  },
  'send-hangs-during-answer': {
    en: ['Answer stops in the middle', 'Half of the body, and no end'],
    zh: ['响应中断', '正文只来了一半，没有结尾'],
  },
  'send-hangs-after-executing': {
    en: ['No answer after executing', 'The message arrives, the answer never does'],
    zh: ['执行后没有响应', '消息已送达，响应始终不来'],
  },
  'send-executed-late': {
    en: ['Executed late', 'The call waits this many ms, then is executed'],
    zh: ['延迟执行', '调用等待这么多毫秒后才执行'],
  },
  'reset-during-answer': {
    en: ['Reset during the answer', 'The connection breaks in the middle of the body'],
    zh: ['响应途中断开', '正文传到一半连接中断'],
  },
  'error-with-200': {
    en: ['Error with HTTP 200', '40034024 in the body of a success'],
    zh: ['HTTP 200 里的错误', '成功状态码的正文里是 40034024'],
  },
  'reply-count-exceeded': {
    en: ['Too many replies', '40034128: time or number of replies is used up'],
    zh: ['被动回复超限', '40034128：时间或次数已用尽'],
  },
  'proactive-refused': {
    en: ['Proactive message refused', '40034105: no permission'],
    zh: ['拒绝主动消息', '40034105：没有权限'],
  },
  'part-failed': {
    en: ['Part of an upload fails', 'The storage answers 500'],
    zh: ['分片上传失败', '对象存储返回 500'],
  },
  'part-finish-retry': {
    en: ['Part wants a retry', '40093001: finish the part again'],
    zh: ['分片需要重试', '40093001：请再次提交分片'],
  },
  'push-lost': {
    en: ['Lose the push', 'The webhook never gets the event'],
    zh: ['丢失推送', 'Webhook 收不到这个事件'],
  },

  custom: {
    en: ['Custom fault', 'Any fault of the simulator, as JSON'],
    zh: ['自定义故障', '模拟器支持的任意故障，用 JSON 描述'],
  },
}

const fields: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  code: { en: 'Close code', zh: '关闭码' },
  value: { en: 'heartbeat_interval, ms', zh: 'heartbeat_interval（毫秒）' },
  status: { en: 'HTTP status', zh: 'HTTP 状态码' },
  ms: { en: 'Delay, ms', zh: '延迟（毫秒）' },
  fault: { en: 'Fault as JSON', zh: '故障 JSON' },
}

const wordsOf = (kind: string): Words => words[kind]?.[view.language.value] ?? [kind, '']

export const faultName = (kind: string): string => wordsOf(kind)[0]
export const faultExplanation = (kind: string): string => wordsOf(kind)[1]
export const fieldName = (name: string): string => fields[name]?.[view.language.value] ?? name
