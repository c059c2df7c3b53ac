/**
 * Streaming ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}). Live the numbers
 * of the first two come with HTTP 404, beside deeper ones
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}).
 */
export const streamErrorCodes = {
  40006: {
    class: 'duplicate',
    en: 'the index of the chunk did not grow: after an uncertain attempt it means that the chunk had arrived',
    zh: '分片 index 未递增：若上一次结果不确定，说明该分片已送达',
    message: '请求参数index需要递增',
    advice: {
      en: 'Count the index of a stream in one place, and repeat a chunk under its own index only when its outcome is unknown. See that no proxy or stage of your own repeats calls.',
      zh: '请由一处统一递增 index，仅在结果未知时以同一 index 重发分片；并确认代理或自定义中间件没有重复发送请求。',
    },
    reported: true,
  },
  40007: {
    class: 'content',
    en: 'the prefix that was already delivered was changed',
    zh: '已下发的前缀内容被修改',
    message: '已经提交的消息内容不可修改',
    advice: {
      en: 'Only add text between chunks: never trim or rewrite what was sent.',
      zh: '分片之间只能追加文本：不要裁剪或改写已发送的内容。',
    },
  },
  40034021: {
    class: 'limited',
    en: 'another stream to this user is open',
    zh: '该用户有其它流式消息发送中',
    message: '其它流式消息发送中',
    advice: {
      en: 'One stream per user at a time: end each with its final chunk, also after an error. A forgotten one blocks for about 10 minutes; send an ordinary message meanwhile.',
      zh: '同一用户同时只能有一条流式消息：每条都须以结束分片收尾，出错时也一样。未结束的会阻塞约 10 分钟，期间请发送普通消息。',
    },
    scene: 'c2c',
    targetOnly: true,
    reported: true,
  },
  50001: { class: 'none', en: 'internal error', zh: '内部错误', platformFailed: true },
  50002: { class: 'limited', en: 'chunks too frequent', zh: '调用频率超限' },
} as const

/**
 * Recalling messages ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const recallErrorCodes = {
  306001: { class: 'none', en: 'parameter wrong', zh: '参数错误' },
  306002: { class: 'none', en: 'message id wrong', zh: '消息 id 错误' },
  306003: { class: 'transient', en: 'message could not be fetched', zh: '获取消息失败' },
  306004: { class: 'none', en: 'no permission to recall this message', zh: '没有撤回此消息的权限' },
  306005: { class: 'transient', en: 'recall failed', zh: '撤回消息失败' },
  306006: { class: 'transient', en: 'channel could not be fetched', zh: '获取子频道失败' },
  306007: { class: 'none', en: 'not a message of this group', zh: '不是该群的消息' },
  306008: { class: 'none', en: 'not a message of this bot', zh: '不是该机器人的消息' },
  306009: {
    class: 'none',
    en: 'not a message with this user, or the openid is invalid',
    zh: '不是与该用户的消息，或 openid 无效',
  },
  306010: { class: 'none', en: 'internal error', zh: '内部错误', platformFailed: true },
  306011: { class: 'none', en: 'past the recall window', zh: '超过可撤回时间' },
  40061001: {
    class: 'none',
    en: 'parameter wrong, or a streamed message, which cannot be recalled',
    zh: '参数错误，或该消息为流式消息（无法撤回）',
    message: '请求参数无效',
    // A streamed message cannot be recalled (§5.6).
    advice: {
      en: 'The id of a streamed message is no message id. Send messages that you may have to recall as ordinary ones; otherwise check the id.',
      zh: '流式消息无法撤回：其返回的 id 并非消息 id。可能需要撤回的内容请用普通消息发送；若非流式消息，请检查消息 id。',
    },
  },
  40061002: { class: 'none', en: 'message id wrong', zh: '消息 id 错误' },
  40062003: { class: 'none', en: 'no permission to recall this message', zh: '没有撤回此消息的权限' },
  40064004: { class: 'none', en: 'past the recall window', zh: '超过可撤回时间' },
  50065001: { class: 'transient', en: 'recall failed, retry', zh: '撤回失败，请重试' },
} as const

/** Uploading media ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}). */
export const uploadErrorCodes = {
  10000: { class: 'none', en: 'operation unsupported', zh: '不支持的操作' },
  850018: { class: 'unreachable', en: 'group or bot is muted', zh: '群或机器人被禁言' },
  850012: {
    class: 'content',
    en: 'a parameter of the upload is wrong',
    zh: '上传参数错误',
    reported: true,
    advice: {
      en: 'Send file_size as text and all three hashes of the file; a number or an empty hash is refused.',
      zh: '请以文本形式传入 file_size，并提供文件的三个哈希值；数字或空哈希会被拒绝。',
    },
  },
  850019: {
    class: 'content',
    en: 'file format unsupported',
    zh: '不支持的文件格式',
    message: '富媒体文件格式不支持',
    mediaFormatRefused: true,
    advice: {
      en: 'Convert the file to png, jpg, gif, webp, bmp; mp4; silk, mp3, wav, ogg, or send it as type "file". An address that does not look like media is refused too: upload the bytes.',
      zh: '请转换为 png、jpg、gif、webp、bmp；mp4；silk、mp3、wav、ogg，或以 type: "file" 发送。看起来不像媒体文件的地址也会被拒绝：请直接上传文件内容。',
    },
  },
  850026: {
    class: 'content',
    en: 'the platform could not download the source',
    zh: '平台下载源文件失败',
    message: '富媒体文件下载失败',
    mediaNotFetchable: true,
    advice: {
      en: 'Make the URL reachable from the public internet, or upload the bytes instead.',
      zh: '请确保该 url 可从公网访问，或改为直接上传文件内容。',
    },
  },
  850027: { class: 'transient', en: 'upload timed out', zh: '上传发送超时' },
  850031: { class: 'none', en: 'file too large', zh: '文件过大' },
  40093001: {
    class: 'transient',
    en: 'part not finished yet: repeat every retry_delay until retry_timeout',
    zh: '分片上传未完成：请按 retry_delay 间隔重试，直至 retry_timeout',
  },
  40093002: { class: 'limited', en: 'daily upload quota used up', zh: '当日上传配额已用完', quota: true },
} as const
