/** Streaming (§2.8). */
export const streamErrorCodes = {
  40007: {
    class: 'none',
    en: 'the prefix that was already delivered was changed',
    zh: '已下发的前缀内容被修改',
    advice: {
      en: 'Only add text between chunks: never trim or rewrite what was sent.',
      zh: '分片之间只能追加文本：不要裁剪或改写已发送的内容。',
    },
  },
  50001: { class: 'none', en: 'internal error', zh: '内部错误', platformFailed: true },
  50002: { class: 'L', en: 'chunks too frequent', zh: '调用频率超限' },
} as const

/** Recalling messages (§2.8). */
export const recallErrorCodes = {
  306001: { class: 'none', en: 'parameter wrong', zh: '参数错误' },
  306002: { class: 'none', en: 'message id wrong', zh: '消息 id 错误' },
  306003: { class: 'R', en: 'message could not be fetched', zh: '获取消息失败' },
  306004: { class: 'none', en: 'no permission to recall this message', zh: '没有撤回此消息的权限' },
  306005: { class: 'R', en: 'recall failed', zh: '撤回消息失败' },
  306006: { class: 'R', en: 'channel could not be fetched', zh: '获取子频道失败' },
  306007: { class: 'none', en: 'not a message of this group', zh: '不是该群的消息' },
  306008: { class: 'none', en: 'not a message of this bot', zh: '不是该机器人的消息' },
  306009: {
    class: 'none',
    en: 'not a message with this user, or the openid is invalid',
    zh: '不是与该用户的消息，或 openid 无效',
  },
  306010: { class: 'none', en: 'internal error', zh: '内部错误', platformFailed: true },
  306011: { class: 'none', en: 'past the recall window', zh: '超过可撤回时间' },
  40061001: { class: 'none', en: 'parameter wrong', zh: '参数错误' },
  40061002: { class: 'none', en: 'message id wrong', zh: '消息 id 错误' },
  40062003: { class: 'none', en: 'no permission to recall this message', zh: '没有撤回此消息的权限' },
  40064004: { class: 'none', en: 'past the recall window', zh: '超过可撤回时间' },
  50065001: { class: 'R', en: 'recall failed, retry', zh: '撤回失败，请重试' },
} as const

/** Uploading media (§2.8). */
export const uploadErrorCodes = {
  10000: { class: 'none', en: 'operation unsupported', zh: '不支持的操作' },
  850018: { class: 'S', en: 'group or bot is muted', zh: '群或机器人被禁言' },
  850019: { class: 'none', en: 'file format unsupported', zh: '不支持的文件格式' },
  850026: {
    class: 'none',
    en: 'the platform could not download the source',
    zh: '平台下载源文件失败',
    mediaNotFetchable: true,
    advice: {
      en: 'Make the URL reachable from the public internet, or upload the bytes instead.',
      zh: '请确保该 url 可从公网访问，或改为直接上传文件内容。',
    },
  },
  850027: { class: 'R', en: 'upload timed out', zh: '上传发送超时' },
  850031: { class: 'none', en: 'file too large', zh: '文件过大' },
  40093001: {
    class: 'R',
    en: 'part not finished yet: repeat every retry_delay until retry_timeout',
    zh: '分片上传未完成：请按 retry_delay 间隔重试，直至 retry_timeout',
  },
  40093002: { class: 'L', en: 'daily upload quota used up', zh: '当日上传配额已用完', quota: true },
} as const
