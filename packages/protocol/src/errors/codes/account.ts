/**
 * Account, authorisation and request codes
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const accountErrorCodes = {
  10001: { class: 'none', en: 'account unknown', zh: '账号不存在' },
  10003: { class: 'none', en: 'channel unknown', zh: '子频道不存在' },
  10004: { class: 'none', en: 'guild unknown', zh: '频道不存在' },
  11241: {
    class: 'auth',
    en: 'no token in the request',
    zh: '请求中没有 token',
    advice: {
      en: 'Send the header "Authorization: QQBot {access_token}".',
      zh: '请发送请求头 "Authorization: QQBot {access_token}"。',
    },
  },
  11242: { class: 'transientOnce', en: 'token check failed in the platform', zh: '平台校验 token 失败' },
  11243: {
    class: 'auth',
    en: 'token wrong',
    zh: 'token 错误',
    advice: {
      en: 'The token belongs to another bot or is malformed: the header is "Authorization: QQBot {access_token}".',
      zh: 'token 属于其他机器人或格式有误：请求头应为 "Authorization: QQBot {access_token}"。',
    },
  },
  11244: {
    class: 'auth',
    en: 'token expired or absent',
    zh: 'token 已过期或不存在',
    tokenStale: true,
    advice: {
      en: 'Fetch a fresh token and repeat once; if it stays, check appId and secret.',
      zh: '请重新获取 token 并重试一次；若仍出现，请核对 appId 与 secret。',
    },
  },
  11245: {
    class: 'auth',
    en: 'the old "Bot appid.token" authorisation was removed',
    zh: '旧的 “Bot appid.token” 鉴权方式已下线',
    reported: true,
    advice: {
      en: 'Use AppID and AppSecret to get an access token, and the "QQBot " prefix.',
      zh: '请使用 AppID 与 AppSecret 获取 access token，并使用 “QQBot ” 前缀。',
    },
  },
  11251: { class: 'auth', en: 'appid wrong', zh: 'appid 错误' },
  11252: {
    class: 'transientOnce',
    en: 'app privilege check failed in the platform',
    zh: '平台校验应用权限失败',
  },
  11253: {
    class: 'auth',
    en: 'the app lacks the privilege for this API',
    zh: '应用没有调用该接口的权限',
    message: 'check app privilege not pass',
    advice: {
      en: 'Apply for this API in the console or ask the platform: info, state, members and blacklist of groups are by invitation only.',
      zh: '请在管理端申请该接口权限或联系平台：群信息、群内状态、群成员与群黑名单接口仅对受邀机器人开放。',
    },
  },
  11254: {
    class: 'auth',
    en: 'this API is blocked for the app',
    zh: '该接口已对此应用封禁',
    advice: {
      en: 'Ask the platform why the API is blocked for this bot.',
      zh: '请向平台咨询该接口被封禁的原因。',
    },
  },
  11255: {
    class: 'unreachable',
    en: 'the openid belongs to another bot or another scene, or is no openid',
    zh: 'openid 属于其他机器人或其他场景，或不是 openid',
    message: 'invalid request',
    reported: true,
    advice: {
      en: 'Use the openid that this very bot received, in the scene it came from: user_openid for private chats, group_openid for groups, never a QQ number. Check that the token belongs to this bot.',
      zh: '请使用该机器人自己收到的 openid，并用于对应场景：单聊用 user_openid，群聊用 group_openid，不要使用 QQ 号。并确认 token 属于该机器人。',
    },
  },
  11261: { class: 'auth', en: 'appid missing', zh: '缺少 appid' },
  11262: {
    class: 'auth',
    en: 'the endpoint does not take a bot token',
    zh: '该接口不支持使用机器人 token 调用',
  },
  11263: {
    class: 'transientOnce',
    en: 'guild permission check failed in the platform',
    zh: '平台校验频道权限失败',
  },
  11264: {
    class: 'auth',
    en: 'a guild admin never granted this permission, or the guild id is wrong',
    zh: '频道管理员未授予该权限，或频道 id 错误',
    advice: {
      en: 'Ask a guild admin to grant it, e.g. by an API permission demand; check the guild id.',
      zh: '请频道管理员授权（可发送接口授权链接），并检查频道 id。',
    },
  },
  11265: {
    class: 'auth',
    en: 'the bot is banned',
    zh: '机器人已被封禁',
    advice: {
      en: 'See the notice in the console and apply for a review.',
      zh: '请查看管理端通知并申请解封。',
    },
  },
  11273: {
    class: 'auth',
    en: 'the endpoint does not take a Bearer token',
    zh: '该接口不支持使用 Bearer token 调用',
    advice: {
      en: 'Send "Authorization: QQBot {access_token}" instead of a Bearer token.',
      zh: '请使用 "Authorization: QQBot {access_token}"，不要使用 Bearer token。',
    },
  },
  11274: { class: 'auth', en: 'the user did not grant it in OAuth', zh: '用户未在 OAuth 中授权' },
  11275: { class: 'auth', en: 'appid absent', zh: '没有 appid' },
  11281: { class: 'transientOnce', en: 'admin check failed in the platform', zh: '平台校验管理员身份失败' },
  11282: {
    class: 'auth',
    en: 'the bot is not an admin',
    zh: '机器人不是管理员',
    advice: { en: 'Make the bot an admin of the guild.', zh: '请将机器人设为频道管理员。' },
  },
  11298: {
    class: 'auth',
    en: "the caller's IP address is not on the bot's allow list",
    zh: '调用方 IP 不在机器人的 IP 白名单中',
    reported: true,
    advice: {
      en: 'Add the public IPv4 address of this machine to the IP allow list in the console, or empty the list.',
      zh: '请在管理端的 IP 白名单中加入本机的公网 IPv4 地址，或清空白名单。',
    },
  },
  11301: { class: 'none', en: 'HTTP header invalid', zh: 'HTTP 请求头无效' },
  11302: { class: 'none', en: 'HTTP header invalid', zh: 'HTTP 请求头无效' },
  11303: { class: 'none', en: 'could not read the nick name', zh: '获取昵称失败', platformFailed: true },
  11304: { class: 'none', en: 'could not read the avatar', zh: '获取头像失败', platformFailed: true },
  11305: { class: 'none', en: 'could not read the guild id', zh: '获取频道 id 失败', platformFailed: true },
  11306: { class: 'none', en: 'could not read the guild info', zh: '获取频道信息失败', platformFailed: true },
  12001: { class: 'none', en: 'id replacement failed', zh: '替换 id 失败', platformFailed: true },
  12002: { class: 'none', en: 'request body invalid', zh: '请求体错误' },
  12003: { class: 'none', en: 'response of the platform invalid', zh: '平台回包错误', platformFailed: true },
} as const
