/**
 * Answering interactions
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const interactionErrorCodes = {
  630001: { class: 'none', en: 'parameter wrong', zh: '参数错误' },
  630002: { class: 'none', en: 'appid lookup failed', zh: '查询 appid 失败', platformFailed: true },
  630003: { class: 'none', en: 'appid does not match', zh: 'appid 不匹配' },
  630004: { class: 'none', en: 'store could not be written', zh: '写入存储失败', platformFailed: true },
  630005: { class: 'none', en: 'store could not be read', zh: '读取存储失败', platformFailed: true },
  630006: {
    class: 'none',
    en: 'the appid of the request could not be read',
    zh: '获取请求的 appid 失败',
    message: 'get header appid failed',
    advice: {
      en: 'Send the header "X-Callback-AppID: {appid}".',
      zh: '请发送请求头 "X-Callback-AppID: {appid}"。',
    },
  },
  630007: { class: 'none', en: 'callback data too large', zh: '回调数据过大' },
  630008: { class: 'none', en: 'preprocessing failed', zh: '预处理失败', platformFailed: true },
} as const

/**
 * Making a share link, where these numbers mean something of their own
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const shareLinkErrorCodes = {
  10001: { class: 'none', en: 'parameter wrong', zh: '参数错误' },
  10002: {
    class: 'none',
    en: 'request header could not be read',
    zh: '获取请求头失败',
    platformFailed: true,
  },
  10003: { class: 'none', en: 'bot lookup failed', zh: '查询机器人信息失败', platformFailed: true },
  10044: {
    class: 'none',
    en: 'uin of the request header could not be read',
    zh: '从请求头获取 uin 失败',
    platformFailed: true,
  },
  11004: { class: 'none', en: 'share card could not be made', zh: '生成分享 ark 失败', platformFailed: true },
} as const

/**
 * Menus and panels ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const menuPanelErrorCodes = {
  40030001: { class: 'none', en: 'parameter wrong', zh: '参数错误' },
  40030006: { class: 'none', en: 'no such panel', zh: '面板不存在' },
  40030008: { class: 'none', en: 'URL must be https', zh: 'url 必须为 https' },
  40030009: {
    class: 'none',
    en: 'another operation is going on',
    zh: '存在并发操作',
    advice: {
      en: 'Change menus and panels one call at a time.',
      zh: '请逐个修改菜单与面板，不要并发调用。',
    },
  },
  40030011: { class: 'none', en: 'scope wrong', zh: 'scope 错误' },
  40030012: { class: 'none', en: 'target_type wrong', zh: 'target_type 错误' },
  40030013: { class: 'none', en: 'count limit exceeded', zh: '数量超限' },
  40030014: { class: 'none', en: 'menu type wrong', zh: '菜单类型错误' },
  40030015: { class: 'none', en: 'item type wrong', zh: '条目类型错误' },
  40030016: { class: 'none', en: 'field missing', zh: '缺少字段' },
  40030017: { class: 'none', en: 'op wrong', zh: 'op 错误' },
  40030018: { class: 'none', en: 'the scene does not support it', zh: '该场景不支持' },
  40030020: { class: 'none', en: 'content is unsafe', zh: '内容不安全' },
  40030021: { class: 'none', en: 'a global panel has no targets', zh: '全局面板不支持指定目标' },
} as const
