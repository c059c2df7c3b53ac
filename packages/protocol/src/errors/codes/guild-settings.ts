/**
 * Channel permissions, 301000–301099
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const channelPermissionErrorCodes = {
  301000: { class: 'none', en: 'parameter wrong', zh: '参数错误' },
  301001: { class: 'none', en: 'guild lookup failed', zh: '查询频道信息错误', platformFailed: true },
  301002: { class: 'none', en: 'permission lookup failed', zh: '查询子频道权限错误', platformFailed: true },
  301003: { class: 'none', en: 'permission change failed', zh: '修改子频道权限错误', platformFailed: true },
  301004: {
    class: 'none',
    en: 'member limit of the private channel reached',
    zh: '私密子频道关联的人数到达上限',
  },
  301005: { class: 'none', en: 'internal call failed', zh: '调用后台服务失败', platformFailed: true },
  301006: { class: 'none', en: 'not a member', zh: '不是成员，没有权限' },
  301007: { class: 'none', en: 'too many channels', zh: '超过子频道数量限制' },
} as const

/**
 * Announcements and pins
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const announceErrorCodes = {
  501001: { class: 'none', en: 'parameter wrong', zh: '参数校验失败' },
  501002: { class: 'transient', en: 'channel announcement could not be created', zh: '创建子频道公告失败' },
  501003: { class: 'transient', en: 'channel announcement could not be deleted', zh: '删除子频道公告失败' },
  501004: { class: 'transient', en: 'guild could not be fetched', zh: '获取频道信息失败' },
  501005: { class: 'none', en: 'message id wrong', zh: '消息 id 错误' },
  501006: { class: 'transient', en: 'guild announcement could not be created', zh: '创建频道全局公告失败' },
  501007: { class: 'transient', en: 'guild announcement could not be deleted', zh: '删除频道全局公告失败' },
  501008: { class: 'none', en: 'message missing', zh: '消息不存在' },
  501009: { class: 'none', en: 'message id unparsable', zh: '消息 id 解析失败' },
  501010: { class: 'none', en: 'not a message of this channel', zh: '此消息不是该子频道的消息' },
  501011: { class: 'transient', en: 'pin could not be created', zh: '创建精华消息失败' },
  501012: { class: 'transient', en: 'pin could not be deleted', zh: '删除精华消息失败' },
  501013: { class: 'none', en: 'too many pins', zh: '精华消息超过最大数量' },
  501014: { class: 'none', en: 'refused by security', zh: '安全打击' },
  501015: { class: 'none', en: 'not allowed', zh: '此消息不允许设置' },
  501016: { class: 'none', en: 'too many recommended channels', zh: '推荐子频道超过最大数量' },
  501017: { class: 'none', en: 'not the owner or an admin', zh: '不是频道主或管理员' },
  501018: { class: 'none', en: 'recommended channel invalid', zh: '推荐子频道 id 无效' },
  501019: { class: 'none', en: 'announcement type wrong', zh: '公告类型错误' },
  501020: {
    class: 'none',
    en: 'recommendation could not be created',
    zh: '创建推荐子频道类型公告失败',
    platformFailed: true,
  },
} as const

/** Muting ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}). */
export const muteErrorCodes = {
  502001: { class: 'none', en: 'guild id invalid', zh: '频道 id 无效' },
  502002: { class: 'none', en: 'guild id empty', zh: '频道 id 为空' },
  502003: { class: 'none', en: 'user id invalid', zh: '用户 id 无效' },
  502004: { class: 'none', en: 'user id empty', zh: '用户 id 为空' },
  502005: { class: 'none', en: 'timestamp illegal', zh: '时间戳不合法' },
  502006: { class: 'none', en: 'timestamp invalid', zh: '时间戳无效' },
  502007: { class: 'none', en: 'parameter conversion failed', zh: '参数转换错误', platformFailed: true },
  502008: { class: 'none', en: 'internal call failed', zh: 'rpc 调用失败', platformFailed: true },
  502009: { class: 'none', en: 'refused by security', zh: '安全打击' },
  502010: { class: 'none', en: 'request header wrong', zh: '请求头错误' },
} as const

/**
 * Message settings ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const messageSettingErrorCodes = {
  504001: { class: 'none', en: 'parameter wrong', zh: '参数错误' },
  504002: {
    class: 'none',
    en: 'request header could not be read',
    zh: '获取请求头错误',
    platformFailed: true,
  },
  504003: {
    class: 'none',
    en: 'bot number could not be read',
    zh: '获取机器人 uin 错误',
    platformFailed: true,
  },
  504004: {
    class: 'none',
    en: 'setting could not be fetched',
    zh: '获取消息频率设置信息错误',
    platformFailed: true,
  },
} as const
