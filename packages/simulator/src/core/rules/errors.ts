/** A business error of the platform. */
export interface ErrorRow {
  readonly status: number
  readonly message: string
}

/**
 * HTTP status and text by code. Texts marked in §2.7 are verbatim; the others render the meaning given in §2.8. HTTP 400
 * is what business errors were seen with (§2.4).
 */
const ERRORS: Readonly<Record<number, ErrorRow>> = {
  // Account, auth, request (§2.8); 401 by §2.4.
  10001: { status: 400, message: 'unknown account' },
  10003: { status: 400, message: 'unknown channel' },
  10004: { status: 400, message: 'unknown guild' },
  11241: { status: 401, message: 'token missing' },
  11242: { status: 401, message: 'token check failed' },
  11243: { status: 401, message: 'token wrong' },
  11244: { status: 401, message: 'token not exist or expire' },
  11245: { status: 401, message: 'old bot authorization was removed' },
  11251: { status: 401, message: 'appid wrong' },
  11253: { status: 401, message: 'check app privilege not pass' },
  11264: { status: 401, message: 'guild permission not granted' },
  11265: { status: 401, message: 'bot is banned' },
  11273: { status: 401, message: 'Bearer token not allowed' },
  11298: { status: 401, message: 'ip not in allow list' },
  12002: { status: 400, message: 'request body invalid' },
  // Guild sends.
  20028: { status: 429, message: 'channel write rate limit' },
  50006: { status: 400, message: 'empty message' },
  50035: { status: 400, message: 'bad form-data' },
  50037: { status: 400, message: 'markdown takes only markdown or keyboard' },
  50045: { status: 400, message: 'cannot reply to own message' },
  50049: { status: 400, message: 'only messages with a keyboard can be edited' },
  50051: { status: 400, message: 'only own messages can be edited' },
  50055: { status: 400, message: 'invalid markdown content' },
  50056: { status: 400, message: '不允许发送原生 markdown' },
  50057: { status: 400, message: 'markdown template and native are exclusive' },
  304003: { status: 400, message: 'url not allowed' },
  304018: { status: 400, message: 'bot has no gateway session' },
  304023: { status: 202, message: 'push message is waiting for audit now' },
  304024: { status: 202, message: 'reply message is waiting for audit now' },
  304026: { status: 400, message: 'msg_id wrong' },
  304027: { status: 400, message: 'msg_id expired' },
  304031: { status: 400, message: 'direct message closed' },
  304034: { status: 400, message: 'not a member of the direct message' },
  304045: { status: 400, message: 'proactive message limit of the channel' },
  304046: { status: 400, message: 'proactive message not allowed in channel' },
  304047: { status: 400, message: 'proactive messages in too many channels' },
  304049: { status: 400, message: 'direct message proactive limit per user' },
  304050: { status: 400, message: 'direct message proactive limit in total' },
  304057: { status: 400, message: 'not allowd custom keyborad' },
  304080: { status: 400, message: 'file_info invalid' },
  304103: { status: 400, message: '消息ID已过期，不能回复' },
  // C2C and group sends (§2.8).
  22006: { status: 400, message: 'msg_type does not match content' },
  22009: { status: 429, message: 'msg limit exceed' },
  340069: { status: 400, message: 'msg_type invalid' },
  40034004: { status: 400, message: 'media transfer failed' },
  40034005: { status: 400, message: '回复消息msg_id已过期' },
  40034006: { status: 400, message: 'content violates rules' },
  40034011: { status: 400, message: 'markdown invalid' },
  40034012: { status: 400, message: 'raw markdown not allowed' },
  40034024: { status: 400, message: '请求参数msg_id无效或越权' },
  40034025: { status: 400, message: '请求参数event_id无效' },
  40034026: { status: 400, message: 'event_id已过期' },
  40034027: { status: 400, message: '该event不支持回复' },
  40034029: { status: 400, message: 'keyboard has too many rows or columns' },
  40034031: { status: 400, message: 'msgid已经过期,不能回复' },
  40034100: { status: 400, message: '主动消息频率超限' },
  40034101: { status: 400, message: '机器人不在群中' },
  40034102: { status: 400, message: '无主动消息权限' },
  40034105: { status: 400, message: '无主动消息权限' },
  40034122: { status: 400, message: 'wakeup quota of the period used' },
  40034123: { status: 400, message: 'wakeup not supported' },
  40034128: { status: 400, message: '被动回复时间或次数超限' },
  40054002: { status: 400, message: '机器人被禁言' },
  40054003: { status: 400, message: '机器人不是群成员' },
  40054004: { status: 400, message: '非好友关系' },
  40054005: { status: 400, message: '消息被去重，请检查请求msgseq' },
  40054007: { status: 400, message: '消息过长' },
  40054010: { status: 400, message: 'url not allowed' },
  40054013: { status: 400, message: '用户拒绝接收消息' },
  40054016: { status: 400, message: '机器人已下线' },
  50055001: { status: 500, message: 'send failed, retry later' },
  50055002: { status: 500, message: 'send failed, retry later' },
  // Stream.
  40007: { status: 400, message: 'delivered prefix was changed' },
  50002: { status: 429, message: 'stream frequency' },
  // Recall.
  306002: { status: 400, message: 'message id error' },
  306004: { status: 400, message: 'no permission' },
  306008: { status: 400, message: "not this bot's message" },
  306011: { status: 400, message: 'past the recall window' },
  40061002: { status: 400, message: 'msgid error' },
  40062003: { status: 400, message: 'no permission' },
  40064004: { status: 400, message: 'past the recall window' },
  // Upload.
  10000: { status: 400, message: 'unsupported operation' },
  850019: { status: 400, message: 'unsupported format' },
  850026: { status: 400, message: 'source download failed' },
  850027: { status: 500, message: 'send timeout' },
  850031: { status: 400, message: 'file too large' },
  40093001: { status: 400, message: 'upload failed, retry' },
  40093002: { status: 400, message: 'daily upload quota exceeded' },
  // Interaction.
  630001: { status: 400, message: 'param error' },
  630003: { status: 400, message: 'appid mismatch' },
  630006: { status: 400, message: 'get header appid failed' },
}

/** The row of any code: faults may name codes that have none. */
export const errorRow = (code: number): ErrorRow => ERRORS[code] ?? { status: 400, message: `error ${code}` }
