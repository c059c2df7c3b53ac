import type { Bilingual } from '../text/bilingual.js'

/**
 * What a client can do about an error
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-7 §2.7}).
 */
export type ErrorClass =
  /** A temporary failure of the platform. */
  | 'transient'
  /** A system error; the docs allow one repeat. */
  | 'transientOnce'
  /** Too frequent, or a quota is used up. */
  | 'limited'
  /** The token or a permission must be set up. */
  | 'auth'
  /** The reply anchor, `msg_id` or `event_id`, is expired, used up or wrong. */
  | 'anchor'
  /** A message with the same `msg_id` and `msg_seq` was sent before. */
  | 'duplicate'
  /** Accepted, and held for review. */
  | 'audit'
  /** The target refuses the bot, or the bot is not a member of it. */
  | 'unreachable'
  /** The content must change. */
  | 'content'
  /** Not classified. */
  | 'none'

/** The meaning of one class. */
export interface ErrorClassFact {
  readonly meaning: Bilingual
  /** Whether to repeat: never, at most once, or with growing waits. */
  readonly retry: 'never' | 'once' | 'backoff'
  readonly advice: Bilingual
}

/**
 * Every class with its default advice, which a code may override. Source:
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-7 §2.7}.
 */
export const errorClasses: Readonly<Record<ErrorClass, ErrorClassFact>> = {
  transient: {
    meaning: { en: 'passing fault, retryable', zh: '临时故障，可重试' },
    retry: 'backoff',
    advice: {
      en: 'A passing fault of the platform: try again later. If it lasts, report it with the trace id.',
      zh: '平台临时故障：请稍后重试。若持续出现，请携带 trace id 反馈给平台。',
    },
  },
  transientOnce: {
    meaning: { en: 'system error, repeat at most once', zh: '系统错误，最多重试一次' },
    retry: 'once',
    advice: {
      en: 'A system error of the platform: repeat at most once, then report it with the trace id.',
      zh: '平台系统错误：最多重试一次，仍失败请携带 trace id 反馈给平台。',
    },
  },
  limited: {
    meaning: { en: 'rate limited or quota used up', zh: '触发频率限制或配额用尽' },
    retry: 'backoff',
    advice: {
      en: 'Too frequent, or the quota is used up: slow down and try again after the period has passed.',
      zh: '调用过于频繁或配额已用尽：请降低频率，等待周期过后再试。',
    },
  },
  auth: {
    meaning: { en: 'token or permission must be set up', zh: '需要处理 token 或权限' },
    retry: 'never',
    advice: {
      en: 'Check appId and secret, and whether the bot has the permission for this call in the console.',
      zh: '请核对 appId 与 secret，并在管理端确认机器人拥有该接口的权限。',
    },
  },
  anchor: {
    meaning: {
      en: 'the reply anchor (msg_id or event_id) does not serve',
      zh: '回复锚点（msg_id 或 event_id）不可用',
    },
    retry: 'never',
    advice: {
      en: 'The message or event cannot be replied to (any more): reply earlier, or send without msg_id and event_id.',
      zh: '该消息或事件（已）无法回复：请更早回复，或不带 msg_id 与 event_id 改为主动发送。',
    },
  },
  duplicate: {
    meaning: {
      en: 'duplicate: this msg_id and msg_seq were used before',
      zh: '重复：该 msg_id 与 msg_seq 已使用过',
    },
    retry: 'never',
    advice: {
      en: 'After an uncertain attempt it means that the first one arrived; otherwise use the next msg_seq.',
      zh: '若上一次结果不确定，说明它已送达；否则请使用下一个 msg_seq。',
    },
  },
  audit: {
    meaning: { en: 'accepted, waiting for review', zh: '已受理，等待审核' },
    retry: 'never',
    advice: {
      en: 'Not a failure: the verdict arrives as MESSAGE_AUDIT_PASS or MESSAGE_AUDIT_REJECT. Do not send again.',
      zh: '并非失败：审核结果会以 MESSAGE_AUDIT_PASS 或 MESSAGE_AUDIT_REJECT 事件送达，请勿重发。',
    },
  },
  unreachable: {
    meaning: { en: 'the target cannot be reached', zh: '目标不可达' },
    retry: 'never',
    advice: {
      en: 'Stop sending to this target: it refuses the bot, or the bot is no longer there.',
      zh: '请停止向该目标发送：对方拒收，或机器人已不在其中。',
    },
  },
  content: {
    meaning: { en: 'the content must change', zh: '内容需要修改' },
    retry: 'never',
    advice: {
      en: 'The content is refused: change it as the meaning says before sending it again.',
      zh: '内容被拒绝：请按错误含义修改后再发送。',
    },
  },
  none: {
    meaning: { en: 'not classified, treated as not retryable', zh: '未分类，视为不可重试' },
    retry: 'never',
    advice: {
      en: 'Not retryable. Compare the request with the documentation of the endpoint; quote the trace id when asking the platform.',
      zh: '不可重试。请对照接口文档检查请求；向平台咨询时请提供 trace id。',
    },
  },
}
