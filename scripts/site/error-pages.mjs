// A page for each number that the platform answers with, made of the tables of the packages: what it means, what the client
// does about it, and what a person can do. Codes of ours have pages beside them.

import { plain } from './markdown.mjs'
import { ownErrorList, ownErrorPages, sectionsOf } from './own-error-pages.mjs'

/** @import { OwnCode } from './own-codes.mjs' */
/** @import { Facts } from './read-facts.mjs' */
/** @import { Language } from './sources.mjs' */
/** @import { ErrorFacts, ErrorArea, ErrorMeaning } from '../../packages/protocol/src/index.js' */

/** What is done about a meaning, beside the repeats. @type {Partial<Record<ErrorMeaning, Record<Language, string>>>} */
const REMEDIES = {
  anchorDead: {
    en: 'The reply is sent once as a proactive message (`proactive`); see [replying](/guide/replying).',
    zh: '这条回复会改为主动消息发送一次（`proactive`），参见[回复](/zh/guide/replying)。',
  },
  markdownRefused: {
    en: 'The text of the markdown is sent as plain text, without buttons (`plain_text`).',
    zh: '改为纯文本发送，不带按钮（`plain_text`）。',
  },
  mediaNotFetchable: {
    en: 'The bot downloads the file itself and sends its bytes (`media_bytes`).',
    zh: '由机器人自行下载文件，再以字节上传（`media_bytes`）。',
  },
  mediaFormatRefused: {
    en: 'A file that was given by its address is downloaded by the bot and sent as bytes (`media_bytes`).',
    zh: '以地址发送的文件，会由机器人下载后以字节上传（`media_bytes`）。',
  },
  tooLong: {
    en: 'A bot sends the piece again in halves.',
    zh: '`@qqkit/bot` 会把这一段对半拆开重新发送。',
  },
  tokenStale: {
    en: 'The client gets a new access token and repeats the call once.',
    zh: '客户端获取新的 access token，并重试一次。',
  },
  proactiveOnly: {
    en: 'Proactive messages wait until the period ends; replies do not.',
    zh: '主动消息会等到周期结束；回复不受影响。',
  },
  finalChunkNeedsNewline: {
    en: 'Streams add the line break themselves.',
    zh: '流式消息会自动补上换行。',
  },
  streamOver: {
    en: 'Streams end a message after 8 minutes and continue in the next one.',
    zh: '流式消息会在 8 分钟时结束当前消息，并在下一条中继续。',
  },
}

/** A code of the client, with its place. @param {string} code */
const linked = (code) => `[\`code: '${code}'\`](./rest#${code})`

const WORDS = {
  en: {
    gap: ' ',
    colon: ': ',
    comma: ', ',
    about: (/** @type {number} */ code) =>
      `What the error code ${code} of QQ bots means, and what to do about it`,
    stop: '.',
    where: 'Where',
    anywhere: 'every call',
    asReply: 'as a reply',
    otherwise: 'otherwise',
    text: 'The platform writes',
    means: 'Meaning',
    advice: 'What you can do',
    client: 'What qqkit does',
    known: 'Known from',
    reported: 'reports of live bots',
    documented: 'the documentation',
    error: (/** @type {string} */ code) => `It ends in a \`RestError\` with ${linked(code)}.`,
    otherwiseError: (/** @type {string} */ code) =>
      `Where that does not help, it ends in a \`RestError\` with ${linked(code)}.`,
    audit: "No error: the result has `kind: 'audit'`.",
    repeats: {
      never: 'It is not repeated.',
      once: 'It is repeated once.',
      backoff: 'It is repeated with growing waits.',
    },
    tokens: 'The bot stops, or waits a minute where the endpoint was asked too often (`TokenError`).',
    more: 'More: [errors](/guide/errors), [the table of the protocol](/protocol/02-rest-conventions#2-8), [all codes](/errors/).',
    closed: 'The gateway closed the connection with this number',
    next: 'The next connection',
    resume: 'resumes the session, so that no event is lost',
    identify: 'begins a new session; the events in between are reported as a `gap`',
    fatal: 'There is none: the bot stops with a `GatewayError`',
    later: ', after a minute',
    token: ', with a new access token',
    moreClosed:
      'More: [staying connected](/guide/staying-connected), [the table of the protocol](/protocol/03-websocket-gateway#3-7).',
    title: 'Error codes',
    intro:
      'Every number that the platform is known to answer with, in `err_code` or `code`, those with which it closes a connection, and the words in `error.code` of qqkit itself: what each means, and what to do.',
    calls: 'Calls',
    closes: 'Close codes of the gateway',
    columns: ['number', 'meaning'],
  },
  zh: {
    gap: '',
    colon: '：',
    comma: '，',
    about: (/** @type {number} */ code) => `QQ 机器人错误码 ${code} 的含义与处理办法`,
    stop: '。',
    where: '出现于',
    anywhere: '各类接口',
    asReply: '作为回复',
    otherwise: '其他情况',
    text: '平台返回的文字',
    means: '含义',
    advice: '怎么办',
    client: 'qqkit 怎么处理',
    known: '来源',
    reported: '线上机器人的反馈',
    documented: '官方文档',
    error: (/** @type {string} */ code) => `抛出 \`RestError\`，${linked(code)}。`,
    otherwiseError: (/** @type {string} */ code) => `仍不成功时抛出 \`RestError\`，${linked(code)}。`,
    audit: "这不是错误：结果的 `kind` 是 `'audit'`。",
    repeats: { never: '不会重试。', once: '会重试一次。', backoff: '会按递增的间隔重试。' },
    tokens: '机器人停止运行；若是请求过于频繁，则等待一分钟（`TokenError`）。',
    more: '更多：[错误处理](/zh/guide/errors)、[协议中的错误码表](/zh/protocol/02-rest-conventions#2-8)、[全部错误码](/zh/errors/)。',
    closed: '网关以这个数字关闭了连接',
    next: '下一次连接',
    resume: '恢复会话，不丢事件',
    identify: '开始新的会话；其间的事件以 `gap` 报告',
    fatal: '不再连接：机器人以 `GatewayError` 停止',
    later: '，等待一分钟之后',
    token: '，并使用新的 access token',
    moreClosed:
      '更多：[保持在线](/zh/guide/staying-connected)、[协议中的关闭码表](/zh/protocol/03-websocket-gateway#3-7)。',
    title: '错误码',
    intro:
      '平台已知会返回的每一个数字（`err_code` 或 `code`），关闭连接时使用的数字，以及 qqkit 自身 `error.code` 中的文字：各是什么意思、怎么办。',
    calls: '接口',
    closes: '网关的关闭码',
    columns: ['数字', '含义'],
  },
}

/** Names of the parts of the API. @type {Record<ErrorArea, Record<Language, string>>} */
const AREAS = {
  token: { en: 'the access token', zh: '获取 access token' },
  account: { en: 'account and authorisation', zh: '账号与鉴权' },
  guildMessage: { en: 'messages of guilds', zh: '频道消息' },
  sendPipeline: { en: 'sending messages', zh: '发送消息' },
  c2cGroupSend: { en: 'messages to users and groups', zh: '单聊与群聊消息' },
  stream: { en: 'streamed messages', zh: '流式消息' },
  recall: { en: 'recalls', zh: '撤回消息' },
  uploadPrepare: { en: 'the begin of an upload in parts', zh: '申请分片上传' },
  upload: { en: 'uploads of files', zh: '上传富媒体文件' },
  shareLink: { en: 'share links', zh: '分享链接' },
  interaction: { en: 'acknowledgements of buttons', zh: '按钮回应' },
  menuPanel: { en: 'menu and panels', zh: '菜单与面板' },
  channelPermission: { en: 'permissions of channels', zh: '子频道权限' },
  schedule: { en: 'schedules', zh: '日程' },
  announce: { en: 'announcements and pins', zh: '公告与精华消息' },
  mute: { en: 'mutes', zh: '禁言' },
  forum: { en: 'forums', zh: '论坛' },
  messageSetting: { en: 'message settings of guilds', zh: '频道消息设置' },
  apiPermission: { en: 'API permissions', zh: '接口权限' },
  reaction: { en: 'reactions', zh: '表情表态' },
}

/** A call that ends with the error, as the client sees it. */
const CALL = /** @type {const} */ ({
  method: 'POST',
  route: '/v2/users/{}/messages',
  repeatability: 'keyed',
  body: {},
})

/**
 * What the client makes of a failure: its error; `null` where there is none of a call.
 *
 * @param {ErrorFacts} facts
 * @param {boolean} reply
 * @param {Facts} read
 */
const failureOf = (facts, reply, { classifyAnswer, answerError, retryTable }) => {
  if (facts.area === 'token' || facts.class === 'audit') return null
  const reading = {
    status: 400,
    numbers: { errCode: facts.code, code: facts.code, bizCode: null },
    text: '',
    traceId: null,
    retryAfter: null,
    auditId: null,
    body: {},
    content: /** @type {const} */ ('object'),
  }
  const place = { area: facts.area, reply }
  const classification = classifyAnswer(reading, CALL, { placeOf: () => place, expected: () => true })
  if (!classification) throw new Error(`${facts.code} is no failure`)
  return answerError(CALL, reading, classification, { table: retryTable, token: null })
}

/**
 * What the client makes of a failure, as lines.
 *
 * @param {ErrorFacts} facts
 * @param {boolean} reply
 * @param {Language} language
 * @param {Facts} read
 */
const clientLines = (facts, reply, language, read) => {
  const words = WORDS[language]
  const failure = failureOf(facts, reply, read)
  if (failure === null) return [facts.area === 'token' ? words.tokens : words.audit]
  const { code, retry } = failure
  const remedies = Object.entries(REMEDIES).flatMap(([meaning, text]) =>
    facts[/** @type {ErrorMeaning} */ (meaning)] ? [text[language]] : [],
  )
  const helped = retry !== 'never' || remedies.length > 0
  const repeats = retry === 'never' && helped ? [] : [words.repeats[retry]]
  return [...repeats, ...remedies, helped ? words.otherwiseError(code) : words.error(code)]
}

/** @param {ErrorFacts} facts @param {boolean} reply @param {Language} language @param {Facts} read */
const meaningLines = (facts, reply, language, read) => {
  const words = WORDS[language]
  const lines = clientLines(facts, reply, language, read)
  return [
    `**${words.means}**${words.colon}${plain(facts[language])}`,
    '',
    `**${words.advice}**${words.colon}${plain(read.adviceOnFacts(facts)[language])}`,
    '',
    `**${words.client}**${words.colon}${lines.join(words.gap)}`,
    '',
    ...(facts.message === undefined ? [] : [`**${words.text}**: \`${facts.message}\``, '']),
    `**${words.known}**${words.colon}${facts.reported ? words.reported : words.documented}`,
    '',
  ]
}

/** A meaning as a reply and otherwise. @param {ErrorFacts} facts @returns {{ facts: ErrorFacts, reply: boolean }[]} */
const casesOf = ({ onReply, ...otherwise }) => [
  ...(onReply ? [{ facts: { ...onReply, code: otherwise.code, area: otherwise.area }, reply: true }] : []),
  { facts: otherwise, reply: false },
]

/** @param {readonly ErrorFacts[]} meanings @param {Language} language @param {Facts} read */
const callLines = (meanings, language, read) =>
  meanings.flatMap((facts) => {
    const words = WORDS[language]
    const area = facts.area === null ? words.anywhere : AREAS[facts.area][language]
    const cases = casesOf(facts)
    return cases.flatMap((one) => {
      const how = cases.length === 1 ? '' : words.comma + (one.reply ? words.asReply : words.otherwise)
      return [
        `## ${words.where}${words.colon}${area}${how}`,
        '',
        ...meaningLines(one.facts, one.reply, language, read),
      ]
    })
  })

/** @param {number} code @param {Language} language @param {Facts} read */
const closeLines = (code, language, { closeCodes, closeCodeTables }) => {
  const words = WORDS[language]
  const fact = closeCodes[code]
  if (!fact) return []
  const rule = closeCodeTables.default[code]
  const next = [
    rule?.session === 'drop' ? words.identify : words.resume,
    ...(rule?.delay === 'rate_limited' ? [words.later] : []),
    ...(rule?.token === 'refresh' ? [words.token] : []),
  ].join('')
  return [
    `## ${words.closed}`,
    '',
    `**${words.means}**${words.colon}${plain(fact.meaning[language])}`,
    '',
    `**${words.next}**${words.colon}${rule?.fatal ? words.fatal : next}${words.stop}`,
    '',
    `**${words.advice}**${words.colon}${plain(fact.advice[language])}`,
    '',
    words.moreClosed,
    '',
  ]
}

/**
 * All meanings of each number, the common one first.
 *
 * @param {Facts} read
 * @returns {Map<number, ErrorFacts[]>}
 */
const meaningsOf = ({ errorCodes, errorCodeAt }) => {
  const areas = /** @type {ErrorArea[]} */ (Object.keys(AREAS))
  return new Map(
    Object.keys(errorCodes).map((key) => {
      const code = Number(key)
      const rows = [null, ...areas].flatMap((area) => errorCodeAt(code, area) ?? [])
      return [code, [...new Set(rows)]]
    }),
  )
}

/**
 * The numbers that lead to each code of ours.
 *
 * @param {ReadonlyMap<number, readonly ErrorFacts[]>} meanings
 * @param {Facts} read
 */
const numbersOf = (meanings, read) => {
  /** @type {Map<string, Set<number>>} */
  const found = new Map()
  const add = (/** @type {string} */ code, /** @type {number} */ number) =>
    void found.set(code, (found.get(code) ?? new Set()).add(number))
  for (const [number, rows] of meanings) {
    for (const { facts, reply } of rows.flatMap(casesOf)) {
      const failure = failureOf(facts, reply, read)
      if (failure) add(failure.code, number)
    }
  }
  for (const number of Object.keys(read.closeCodes).map(Number))
    if (read.closeCodeTables.default[number]?.fatal) add('gateway_closed', number)
  return new Map([...found].map(([code, numbers]) => [code, [...numbers]]))
}

/**
 * The pages of all numbers and of all codes of ours, and their list, by path.
 *
 * @param {Facts} read
 * @param {readonly OwnCode[]} codes
 * @param {Language} language
 * @returns {Map<string, string>}
 */
export const errorPages = (read, codes, language) => {
  const words = WORDS[language]
  const meanings = meaningsOf(read)
  const closes = Object.keys(read.closeCodes).map(Number)
  /** @type {Map<string, string>} */
  const pages = new Map()
  for (const code of new Set([...meanings.keys(), ...closes])) {
    const rows = meanings.get(code) ?? []
    const short = rows[0]?.[language] ?? read.closeCodes[code]?.meaning[language] ?? ''
    const lines = [...callLines(rows, language, read), ...(rows.length > 0 ? [words.more, ''] : [])]
    const front = { title: `${code} ${short}`, description: words.about(code), prev: false, next: false }
    pages.set(
      `errors/${code}`,
      [
        `---\n${JSON.stringify(front)}\n---\n`,
        `# ${code}${words.colon}${plain(short)}`,
        '',
        ...lines,
        ...closeLines(code, language, read),
      ].join('\n'),
    )
  }
  const sections = sectionsOf(codes, read, numbersOf(meanings, read))
  const { closeCodes } = read
  const table = (/** @type {readonly (readonly [number, string])[]} */ rows) =>
    [words.columns, ['--', '--'], ...rows.map(([code, text]) => [`[${code}](./${code})`, plain(text)])]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n')
  pages.set(
    'errors/index',
    [
      `# ${words.title}`,
      words.intro,
      `## ${words.calls}`,
      table([...meanings].map(([code, [row]]) => [code, row?.[language] ?? ''])),
      `## ${words.closes}`,
      table(closes.map((code) => [code, closeCodes[code]?.meaning[language] ?? ''])),
      ownErrorList(sections, language),
    ].join('\n\n'),
  )
  for (const [at, text] of ownErrorPages(sections, language)) pages.set(at, text)
  return pages
}
