import type { LiveName, LiveSettings, LiveSwitch } from './live-settings.js'

/**
 * The rules on which reports about the live platform disagree, as switches.
 *
 * To add one: its type in `live-settings.ts`, a row here with the observed value first, code that reads
 * `world.live.<name>`, a story for each position in `test/support/live-positions/`, and a row in both READMEs. The page
 * and the option `live` take it from this table.
 */
export const liveSwitches: { readonly [Name in LiveName]: LiveSwitch<LiveSettings[Name]> } = {
  refusalStatus: {
    section: '§2.9',
    values: ['500', '400'],
    number: null,
    what: {
      en: 'HTTP status of the final refusals that live bots got with 500: 11255, 304041, 50059, 850019.',
      zh: '线上以 HTTP 500 返回的终局拒绝（11255、304041、50059、850019）使用的状态码。',
    },
  },
  errorNumbers: {
    section: '§2.9',
    values: ['differ', 'same'],
    number: null,
    what: {
      en: 'Whether `err_code` holds a deeper number beside 40007, 40006 and 850026, or the same as `code`.',
      zh: '40007、40006、850026 的 `err_code` 是更深一层的数字，还是与 `code` 相同。',
    },
  },
  refusedIntents: {
    section: '§3.11',
    values: ['op9', 'op9_without_d', 'op9_then_4903', 'close_4014'],
    number: null,
    what: {
      en: 'The answer to an Identify with a forbidden intent.',
      zh: 'Identify 申请了没有权限的 intent 时得到什么。',
    },
  },
  heartbeatAckFromBot: {
    section: '§3.4',
    values: ['close_4001', 'ignore'],
    number: null,
    what: {
      en: 'The effect of an op 11 from the bot over the WebSocket: a close with 4001, or none.',
      zh: '机器人在 WebSocket 上发来 op 11 时：以 4001 关闭，或不理会。',
    },
  },
  contentBesideMarkdown: {
    section: '§5.2',
    values: ['ignore', 'refuse'],
    number: null,
    what: {
      en: 'Whether `content` beside `markdown` is ignored, or the message refused.',
      zh: '`markdown` 旁边的 `content`：忽略，或拒绝整条消息。',
    },
  },
  streamRemaining: {
    section: '§5.4.1',
    values: ['zero', 'absent', 'real'],
    number: null,
    what: {
      en: '`remain_msg_len` in the answers to stream chunks: always 0, left out, or the real remainder.',
      zh: '流式分片响应中的 `remain_msg_len`：恒为 0、没有、或真实剩余长度。',
    },
  },
  streamSlots: {
    section: '§5.4.1',
    values: ['one', 'per_chunk'],
    number: null,
    what: {
      en: 'Whether a stream takes one passive reply as a whole, or one per chunk. It has one `msg_seq` either way.',
      zh: '一条流式消息整体占用一次被动回复，还是每个分片各占一次；`msg_seq` 只占一个。',
    },
  },
  streamBytes: {
    section: '§5.4.1',
    values: ['all'],
    number: 'bytes',
    what: {
      en: 'Visible bytes of a streamed text; the rest is answered with 200 and not shown.',
      zh: '用户能看到多少流式文本；超出该字节数的部分照样返回 200，但不显示。',
    },
  },
  streamLife: {
    section: '§5.4.1',
    values: ['limited', 'endless'],
    number: null,
    what: {
      en: 'Whether a stream ends after 600 s: the next frame is then accepted and shown, but refused with a text.',
      zh: '流式消息是否只有 600 秒：之后的那一帧会被接收并显示，却返回超时文案。',
    },
  },
  streamsPerUser: {
    section: '§5.4.1',
    values: ['one', 'any'],
    number: null,
    what: {
      en: 'Whether a second stream, or a second frame at once, to the same user is refused with 40034021.',
      zh: '对同一用户的第二条流（或同时在途的第二帧）是否以 40034021 拒绝。',
    },
  },
  streamWithoutFinal: {
    section: '§5.4.1',
    values: ['unfinished', 'first_frame'],
    number: null,
    what: {
      en: 'The visible text of a stream without its final frame: its whole unfinished text, or its first frame only.',
      zh: '始终没有结束帧的流式消息显示为：未完成的全文，或只剩第一帧。',
    },
  },
  streamRecall: {
    section: '§5.6',
    values: ['refuse', 'allow'],
    number: null,
    what: {
      en: 'Whether the recall of a streamed message is refused with 40061001.',
      zh: '撤回流式消息是否以 40061001 拒绝。',
    },
  },
  replyLimit: {
    section: '§6.1',
    values: ['code_22009', 'code_40034128', 'status_500', 'off'],
    number: null,
    what: {
      en: 'The refusal of a passive reply beyond the limit: a code, HTTP 500 with a text only, or none.',
      zh: '超出次数的被动回复如何拒绝：以某个错误码、以只有文案的 HTTP 500、或不拒绝。',
    },
  },
  typingCounts: {
    section: '§6.1',
    values: ['yes', 'no'],
    number: null,
    what: {
      en: 'Whether a typing notice (`msg_type` 6) takes one of the passive replies.',
      zh: '“正在输入”（`msg_type` 6）是否占用一次被动回复。',
    },
  },
  webhookPut: {
    section: '§7.7',
    values: ['ignore', 'accept'],
    number: null,
    what: {
      en: 'Whether `PUT /interactions` acknowledges a click for a bot with a webhook, or changes nothing.',
      zh: '使用 webhook 时 `PUT /interactions` 是否能确认点击，还是毫无作用。',
    },
  },
  fileData: {
    section: '§5.5',
    values: ['accept', 'refuse_c2c_400', 'refuse_c2c_500'],
    number: null,
    what: {
      en: 'Whether uploads with `file_data` are accepted, or refused in private chats with 400 or 500.',
      zh: '以 `file_data` 上传：接受，或在单聊中以 400 / 500 拒绝。',
    },
  },
  ownMention: {
    section: '§4.3',
    values: ['kept', 'removed'],
    number: null,
    what: {
      en: 'Whether the mention of the bot stays in the text of a group in full-message mode.',
      zh: '群全量消息模式下，文本中是否保留对机器人的 @。',
    },
  },
  fullModeEvents: {
    section: '§4.3',
    values: ['one', 'both'],
    number: null,
    what: {
      en: 'Whether a mention in a group in full-message mode comes as GROUP_MESSAGE_CREATE only, or as both events.',
      zh: '群全量消息模式下 @ 机器人只产生 GROUP_MESSAGE_CREATE，还是两个事件都有。',
    },
  },
  mentionInText: {
    section: '§5.12',
    values: ['shown_as_text', 'shown_as_mention'],
    number: null,
    what: {
      en: 'The visible form of a mention in a plain text message: its markup, or the name.',
      zh: '纯文本消息中的 @ 显示为原始标记，还是名字。',
    },
  },
}

/** The names of all switches, in the order of the table. */
export const liveNames: readonly LiveName[] = Object.keys(liveSwitches) as LiveName[]

/** Default positions: the first value of each switch, as live bots saw it. */
export const liveDefaults: LiveSettings = Object.freeze(
  Object.fromEntries(liveNames.map((name) => [name, liveSwitches[name].values[0]])),
) as unknown as LiveSettings
