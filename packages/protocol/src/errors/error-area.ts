import type { Bilingual } from '../text/bilingual.js'

const fields = (en: string, zh: string): Bilingual => ({
  en: `Check ${en}; quote the trace id when asking the platform.`,
  zh: `请检查${zh}；向平台咨询时请提供 trace id。`,
})

/**
 * The part of the API that an error code belongs to
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export type ErrorArea =
  | 'token'
  | 'account'
  | 'guildMessage'
  | 'sendPipeline'
  | 'c2cGroupSend'
  | 'stream'
  | 'recall'
  | 'uploadPrepare'
  | 'upload'
  | 'shareLink'
  | 'interaction'
  | 'menuPanel'
  | 'channelPermission'
  | 'schedule'
  | 'announce'
  | 'mute'
  | 'forum'
  | 'messageSetting'
  | 'apiPermission'
  | 'reaction'

/**
 * Advice for codes with neither a class nor advice of their own, by part of the API. Source: the fields that the calls take,
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5 §5}.
 */
export const errorAreaAdvice: Readonly<Record<ErrorArea, Bilingual>> = /* @__PURE__ */ Object.freeze({
  token: /* @__PURE__ */ fields('appId and secret', ' appId 与 secret'),
  account: /* @__PURE__ */ fields('the ids, headers and body of the request', '请求中的 id、请求头与请求体'),
  guildMessage: /* @__PURE__ */ fields(
    'the fields of the message and the ids in the path',
    '消息字段与路径中的 id',
  ),
  sendPipeline: /* @__PURE__ */ fields(
    'the fields of the message and that target and template exist',
    '消息字段，以及目标与模板是否存在',
  ),
  c2cGroupSend: /* @__PURE__ */ fields(
    'msg_type, its content fields and the openid',
    ' msg_type、对应的内容字段与 openid',
  ),
  stream: /* @__PURE__ */ fields(
    'that each chunk continues where the last one ended',
    '每个分片是否接续上一个分片',
  ),
  recall: /* @__PURE__ */ fields(
    'the message id, that the bot sent it, and that it is younger than 2 minutes',
    '消息 id、是否由机器人发送、以及是否在 2 分钟以内',
  ),
  uploadPrepare: /* @__PURE__ */ fields(
    'type, name, size (as text) and all three hashes of the file',
    '文件的类型、名称、大小（以文本形式）与三个哈希值',
  ),
  upload: /* @__PURE__ */ fields('type, format and size of the file', '文件的类型、格式与大小'),
  shareLink: /* @__PURE__ */ fields(
    'callback_data (at most 32 characters) and the headers of the request',
    ' callback_data（最多 32 个字符）与请求头',
  ),
  interaction: /* @__PURE__ */ fields(
    'the interaction id (the inner d.id) and the X-Callback-AppID header',
    '交互 id（内层 d.id）与 X-Callback-AppID 请求头',
  ),
  menuPanel: /* @__PURE__ */ fields('the fields of the menu or panel', '菜单或面板的字段'),
  channelPermission: /* @__PURE__ */ fields(
    'channel id, user id and the permission bits',
    '子频道 id、用户 id 与权限位',
  ),
  schedule: /* @__PURE__ */ fields('the fields and times of the schedule', '日程的字段与时间'),
  announce: /* @__PURE__ */ fields('the message id and channel id', '消息 id 与子频道 id'),
  mute: /* @__PURE__ */ fields('guild id, user ids and the times', '频道 id、用户 id 与时间参数'),
  forum: /* @__PURE__ */ fields('the fields of the thread and its id', '帖子的字段与 id'),
  messageSetting: /* @__PURE__ */ fields('the guild id', '频道 id'),
  apiPermission: /* @__PURE__ */ fields(
    'guild id, channel id and the API that is asked for',
    '频道 id、子频道 id 与所申请的接口',
  ),
  reaction: /* @__PURE__ */ fields(
    'channel id, message id, emoji type and emoji id',
    '子频道 id、消息 id、表情类型与表情 id',
  ),
})
