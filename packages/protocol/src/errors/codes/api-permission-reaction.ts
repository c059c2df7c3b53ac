/**
 * API permission demands
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const apiPermissionErrorCodes = {
  610001: { class: 'none', en: 'guild id could not be read', zh: '获取频道 id 失败', platformFailed: true },
  610002: {
    class: 'none',
    en: 'request header could not be read',
    zh: '获取请求头失败',
    platformFailed: true,
  },
  610003: {
    class: 'none',
    en: 'bot number could not be read',
    zh: '获取机器人号码失败',
    platformFailed: true,
  },
  610004: {
    class: 'none',
    en: 'role of the bot could not be read',
    zh: '获取机器人角色失败',
    platformFailed: true,
  },
  610005: {
    class: 'none',
    en: 'internal error while reading the role',
    zh: '获取机器人角色内部错误',
    platformFailed: true,
  },
  610006: {
    class: 'none',
    en: 'permission list could not be read',
    zh: '拉取机器人权限列表失败',
    platformFailed: true,
  },
  610007: { class: 'none', en: 'the bot is not in the guild', zh: '机器人不在频道内' },
  610008: { class: 'none', en: 'parameter wrong', zh: '无效参数' },
  610009: { class: 'none', en: 'API detail could not be read', zh: '获取接口详情失败', platformFailed: true },
  610010: { class: 'none', en: 'the API is already granted', zh: '接口已授权' },
  610011: { class: 'none', en: 'bot info could not be read', zh: '获取机器人信息失败', platformFailed: true },
  610012: { class: 'limited', en: 'rate limiter failed', zh: '限频失败' },
  610013: {
    class: 'limited',
    en: 'limited: 3 demands per guild and day',
    zh: '已限频：每个频道每天 3 次',
    quota: true,
  },
  610014: {
    class: 'none',
    en: 'the link could not be sent',
    zh: '接口授权链接发送失败',
    platformFailed: true,
  },
} as const

/** Reactions ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}). */
export const reactionErrorCodes = {
  620001: { class: 'none', en: 'parameter wrong', zh: '表情表态无效参数' },
  620002: { class: 'none', en: 'too many kinds of reactions', zh: '表情类型达到上限' },
  620003: { class: 'none', en: 'already set', zh: '已经设置过该表情表态' },
  620004: { class: 'none', en: 'not set', zh: '没有设置过该表情表态' },
  620005: { class: 'none', en: 'no permission', zh: '没有权限设置表情表态' },
  620006: { class: 'limited', en: 'reactions too frequent', zh: '操作限频' },
  620007: { class: 'transient', en: 'reaction failed', zh: '表情表态操作失败' },
} as const
