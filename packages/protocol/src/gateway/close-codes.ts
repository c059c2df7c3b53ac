import type { Bilingual } from '../text/bilingual.js'

/**
 * What the documentation says about one WebSocket close code
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-7 §3.7}). What a client does about
 * it is a table of the client, because clients differ and the docs contradict themselves.
 */
export interface CloseCodeFact {
  readonly name: string
  readonly meaning: Bilingual
  /** Whether the docs allow a Resume afterwards; `null`: the docs do not list the code. */
  readonly resumable: boolean | null
  /** Whether the docs allow a new Identify afterwards; `null`: the docs do not list the code. */
  readonly identifiable: boolean | null
  /** What a person should do. */
  readonly advice: Bilingual
}

const clientBug = {
  en: 'The client sent something the gateway does not accept. Report it together with the last frames sent.',
  zh: '客户端发送了网关不接受的内容。请附上最近发送的帧提交问题反馈。',
} as const

const passing = {
  en: 'Nothing to do: the client reconnects. Report it if it never stops.',
  zh: '无需处理：客户端会自动重连。若一直反复出现，请提交反馈。',
} as const

const internal = {
  name: 'internal_error',
  meaning: { en: 'internal error of the gateway', zh: '网关内部错误' },
  resumable: false,
  identifiable: true,
  advice: passing,
} as const

/**
 * Every known close code. To add one, add a row here, and a row to the table of `@qqkit/gateway` that says what the client does.
 * Source: {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-7 §3.7}; 4000, 4003, 4004
 * and 4005 come from an official SDK.
 */
export const closeCodes: Readonly<Record<number, CloseCodeFact>> = {
  4000: {
    name: 'unknown_error',
    meaning: { en: 'unknown error', zh: '未知错误' },
    resumable: null,
    identifiable: null,
    advice: passing,
  },
  4001: {
    name: 'bad_opcode',
    meaning: {
      en: 'opcode invalid, or one that only the server may send',
      zh: '无效的 opcode，或只允许服务端发送的 opcode',
    },
    resumable: false,
    identifiable: false,
    advice: clientBug,
  },
  4002: {
    name: 'bad_payload',
    meaning: { en: 'payload invalid', zh: '无效的 payload' },
    resumable: false,
    identifiable: false,
    advice: clientBug,
  },
  4003: {
    name: 'not_authenticated',
    meaning: { en: 'something was sent before Identify', zh: '尚未鉴权就发送了数据' },
    resumable: null,
    identifiable: null,
    advice: passing,
  },
  4004: {
    name: 'authentication_failed',
    meaning: { en: 'authentication failed: the token was refused', zh: '鉴权失败：token 被拒绝' },
    resumable: null,
    identifiable: null,
    advice: {
      en: 'A fresh token usually helps. If it repeats, check appId and secret in the console.',
      zh: '通常重新获取 token 即可。若持续出现，请在管理端核对 appId 与 secret。',
    },
  },
  4005: {
    name: 'already_authenticated',
    meaning: { en: 'Identify was sent twice', zh: '重复鉴权' },
    resumable: null,
    identifiable: null,
    advice: passing,
  },
  4006: {
    name: 'invalid_session',
    meaning: { en: 'session id invalid, cannot resume', zh: '无效的 session id，无法继续 resume' },
    resumable: false,
    identifiable: true,
    advice: passing,
  },
  4007: {
    name: 'bad_seq',
    meaning: { en: 'sequence number invalid', zh: 'seq 错误' },
    resumable: false,
    identifiable: true,
    advice: passing,
  },
  4008: {
    name: 'rate_limited',
    meaning: { en: 'frames were sent too fast', zh: '发送 payload 过快' },
    resumable: true,
    identifiable: true,
    advice: {
      en: 'The client waits before it resumes. Check whether a second process uses the same bot.',
      zh: '客户端会等待后再 resume。请检查是否有另一个进程在使用同一个机器人。',
    },
  },
  4009: {
    name: 'connection_expired',
    meaning: {
      en: 'connection expired; comes about every half hour on healthy connections (§3.10)',
      zh: '连接过期；正常连接上也大约每半小时出现一次（§3.10）',
    },
    resumable: true,
    identifiable: true,
    advice: {
      en: 'Normal, not a fault: the client resumes.',
      zh: '正常现象，并非故障：客户端会自动 resume。',
    },
  },
  4010: {
    name: 'bad_shard',
    meaning: { en: 'shard invalid', zh: '无效的 shard' },
    resumable: false,
    identifiable: false,
    advice: {
      en: 'Correct the shard option: index must be below the count, and the count the same in every process.',
      zh: '请修正分片配置：index 必须小于总数，且所有进程的总数必须一致。',
    },
  },
  4011: {
    name: 'too_many_guilds',
    meaning: { en: 'the connection would hold too many guilds', zh: '连接需要处理的频道过多' },
    resumable: false,
    identifiable: false,
    advice: {
      en: 'Use more shards; GET /gateway/bot suggests a number.',
      zh: '请增加分片数；GET /gateway/bot 会给出建议值。',
    },
  },
  4012: {
    name: 'bad_version',
    meaning: { en: 'version invalid', zh: '无效的 version' },
    resumable: false,
    identifiable: false,
    advice: {
      en: 'The gateway no longer speaks this version. Update the client.',
      zh: '网关已不支持当前版本，请升级客户端。',
    },
  },
  4013: {
    name: 'bad_intents',
    meaning: { en: 'intents invalid', zh: '无效的 intents' },
    resumable: false,
    identifiable: false,
    advice: {
      en: 'The mask contains a bit that does not exist. Combine the values of the intents table.',
      zh: 'intents 中含有不存在的位。请使用 intents 表中的值进行组合。',
    },
  },
  // Rarely sent, if ever: live bots repeatedly get op 9 after Identify instead (§3.11).
  4014: {
    name: 'disallowed_intents',
    meaning: { en: 'an intent was asked for without its permission', zh: 'intents 无权限' },
    resumable: false,
    identifiable: false,
    advice: {
      en: 'Leave out the intents that need a permission, or apply for it in the console.',
      zh: '请去掉需要权限的 intents，或在管理端申请对应权限。',
    },
  },
  4900: internal,
  4901: internal,
  // Seen repeatedly with the close reason `reset by resume` while a client kept resuming.
  4902: internal,
  // Seen with the close reason `create session error`, after an op 9 that answered Identify (§3.11).
  4903: internal,
  4904: internal,
  4905: internal,
  4906: internal,
  4907: internal,
  4908: internal,
  4909: internal,
  4910: internal,
  4911: internal,
  4912: internal,
  4913: internal,
  4914: {
    name: 'sandbox_only',
    meaning: {
      en: 'the bot is delisted and may connect to the sandbox only',
      zh: '机器人已下架，只允许连接沙箱环境',
    },
    resumable: false,
    identifiable: false,
    advice: {
      en: 'Use the sandbox, or publish the bot in the console.',
      zh: '请连接沙箱环境，或在管理端重新上架机器人。',
    },
  },
  4915: {
    name: 'banned',
    meaning: { en: 'the bot is banned', zh: '机器人已被封禁' },
    resumable: false,
    identifiable: false,
    advice: {
      en: 'The bot has been banned. See the notice in the console and apply for a review.',
      zh: '机器人已被封禁。请查看管理端通知并申请解封。',
    },
  },
}
