// A page for the codes of each package of ours: what happened, what a person can do, and which numbers of the platform lead to it.

import { plain } from './markdown.mjs'
import { GAP } from './static-values.mjs'
import { CHINESE, WORDS_OF_CODES } from './words-of-codes.mjs'

/** @import { Facts } from './read-facts.mjs' */
/** @import { Language } from './sources.mjs' */
/** @import { OwnCode } from './own-codes.mjs' */
/** @import { Advice } from './static-values.mjs' */
/** @import { ErrorClass } from '../../packages/protocol/src/index.js' */

/**
 * What a page says about one code.
 *
 * @typedef {object} Section
 * @property {string} code
 * @property {readonly string[]} by the classes of errors and the interfaces of findings that carry it
 * @property {readonly Advice[]} what what happened
 * @property {readonly Advice[]} advice what a person can do
 * @property {'no' | 'unknown' | 'yes' | null} delivered for calls that failed
 * @property {readonly number[]} numbers numbers of the platform, or close codes of the gateway, that lead to it
 */

/** The packages that people meet first. */
const FIRST = ['bot', 'rest', 'gateway', 'webhook', 'redis', 'simulator']

const WORDS = {
  en: {
    gap: ' ',
    colon: ': ',
    title: (/** @type {string} */ home) => `Errors of @qqkit/${home}`,
    intro: (/** @type {string} */ home) =>
      `Every \`code\` that an error of @qqkit/${home} can have, with what happened and what to do. \`error.advice\` says the same in both languages, often with the value that is wrong; more in [errors](/guide/errors).`,
    by: 'Carried by',
    what: 'What happened',
    advice: 'What you can do',
    seeAdvice: 'The `advice` of the error names what is wrong.',
    delivered: 'Delivered',
    deliveries: {
      no: 'no: another try makes no second message',
      unknown: 'perhaps: look into the chat before you send again',
      yes: 'yes',
    },
    numbers: 'Numbers of the platform',
    own: 'Codes of qqkit',
    ownIntro: 'The words in `error.code`, by package:',
    columns: ['code', 'meaning'],
  },
  zh: {
    gap: '',
    colon: '：',
    title: (/** @type {string} */ home) => `@qqkit/${home} 的错误`,
    intro: (/** @type {string} */ home) =>
      `下面列出 @qqkit/${home} 的错误可能带有的每一个 \`code\`：发生了什么、怎么办。\`error.advice\` 用中英文说明同样的内容，通常还会指出具体的值；更多见[错误处理](/zh/guide/errors)。`,
    by: '出现于',
    what: '发生了什么',
    advice: '怎么办',
    seeAdvice: '错误的 `advice` 会说明具体原因。',
    delivered: '是否送达',
    deliveries: {
      no: '未送达：再次发送不会重复',
      unknown: '可能已送达：再次发送前请先在聊天中确认',
      yes: '已送达',
    },
    numbers: '对应的平台数字',
    own: 'qqkit 的错误码',
    ownIntro: '`error.code` 中的文字，按所属的包排列：',
    columns: ['code', '含义'],
  },
}

/** A sentence without the call before it and the value after it. @param {string} text */
const bareOf = (text) => text.replace(/^(?:… )?…[:：] ?/, '').replace(/(?:[:;,：；，] ?|(?<=\p{L}))…+$/u, '')

/**
 * A sentence of the sources in both languages; `null` where only values are left of it.
 *
 * @param {string} text
 * @param {Facts['toChinese']} toChinese
 */
const sentenceOf = (text, toChinese) => {
  const en = bareOf(text)
  if (!/\p{L}{2}/u.test(en.replaceAll(GAP, ''))) return null
  return { en, zh: CHINESE[en] ?? bareOf(toChinese(text)) }
}

/** @template T @param {readonly T[]} all @returns {T[]} */
const different = (all) => [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]

/** An error of the client, made of nothing but a reading. */
const CALL = /** @type {const} */ ({ method: 'POST', route: '/', repeatability: 'plain', body: {} })
const READING = {
  status: 400,
  numbers: { errCode: null, code: null, bizCode: null },
  text: '',
  traceId: null,
  retryAfter: null,
  auditId: null,
  body: {},
  content: /** @type {const} */ ('object'),
}

/**
 * What the tables of the client say about the codes of failed calls.
 *
 * @param {Facts} read
 * @returns {{ code: string, what: Advice, advice: Advice, delivered: Section['delivered'] }[]}
 */
const restRows = ({
  answerError,
  errorClasses,
  retryTable,
  situations,
  situationAdvice,
  tokenSituations,
  toChinese,
}) => {
  /** @param {Parameters<typeof answerError>[2]} classification */
  const codeOf = (classification) =>
    answerError(CALL, READING, classification, { table: retryTable, token: null }).code
  const meaningOf = (/** @type {keyof typeof situations} */ situation) => {
    const { meaning } = situations[situation]
    return { en: meaning, zh: toChinese(meaning) }
  }
  const names = /** @type {(keyof typeof situations)[]} */ (Object.keys(situations))
  const failed = names.map((situation) => ({
    code: codeOf({ situation, facts: null }),
    what: meaningOf(situation),
    advice: situationAdvice[situation],
    delivered: situations[situation].delivered,
  }))
  const classes = /** @type {[ErrorClass, (typeof errorClasses)[ErrorClass]][]} */ (
    Object.entries(errorClasses)
  )
  const refused = classes.flatMap(([name, { meaning, advice }]) => {
    const facts = { class: name, code: 1, area: null, ...meaning }
    const code = codeOf({ situation: 'refused', facts })
    return code === 'refused' ? [] : [{ code, what: meaning, advice, delivered: /** @type {const} */ ('no') }]
  })
  const withoutToken = Object.entries(tokenSituations).map(([access, situation]) => ({
    code: `token_${access}`,
    what: meaningOf(situation),
    advice: situationAdvice[situation],
    delivered: /** @type {const} */ ('no'),
  }))
  return [...failed, ...refused, ...withoutToken]
}

/**
 * The sections of each package, in the order of its sources.
 *
 * @param {readonly OwnCode[]} codes
 * @param {Facts} read
 * @param {ReadonlyMap<string, readonly number[]>} numbers what leads to a code
 * @returns {Map<string, Section[]>}
 */
export const sectionsOf = (codes, read, numbers) => {
  const rows = restRows(read)
  const own = new Set(codes.map(({ home }) => home))
  const homes = [...new Set([...FIRST, ...own])].filter((home) => own.has(home))
  return new Map(
    homes.map((home) => {
      const here = codes.filter((one) => one.home === home)
      return [
        home,
        [...new Set(here.map(({ code }) => code))].map((code) => {
          const all = here.filter((one) => one.code === code)
          const known = home === 'rest' ? rows.filter((row) => row.code === code) : []
          const said = all.flatMap(({ messages }) =>
            messages.flatMap((text) => sentenceOf(text, read.toChinese) ?? []),
          )
          const words = WORDS_OF_CODES[`${home}/${code}`] ?? WORDS_OF_CODES[code]
          return {
            code,
            by: [...new Set(all.map(({ by }) => by))],
            what: words ? [words.what] : different([...known.map(({ what }) => what), ...said]),
            advice: words?.advice
              ? [words.advice]
              : different([...known.map(({ advice }) => advice), ...all.flatMap(({ advice }) => advice)]),
            delivered: known[0]?.delivered ?? null,
            numbers: numbers.get(code) ?? [],
          }
        }),
      ]
    }),
  )
}

/** One sentence, or a list of several. @param {readonly string[]} sentences */
const list = (sentences) =>
  sentences.length === 1 ? (sentences[0] ?? '') : `\n\n${sentences.map((one) => `- ${one}`).join('\n')}`

/** @param {Section} section @param {Language} language */
const sectionLines = ({ code, by, what, advice, delivered, numbers }, language) => {
  const words = WORDS[language]
  const say = (/** @type {string} */ name, /** @type {string} */ text) =>
    `**${name}**${text.startsWith('\n') ? words.colon.trim() : words.colon}${text}`
  const told = advice.map((one) => plain(one[language]))
  return [
    `## \`${code}\``,
    say(words.by, by.map((name) => `\`${name}\``).join(language === 'en' ? ', ' : '、')),
    say(words.what, list(what.map((one) => plain(one[language])))),
    ...(delivered === null ? [] : [say(words.delivered, words.deliveries[delivered])]),
    say(words.advice, told.length === 0 ? words.seeAdvice : list(told)),
    ...(numbers.length === 0
      ? []
      : [
          say(
            words.numbers,
            numbers.map((number) => `[${number}](./${number})`).join(language === 'en' ? ', ' : '、'),
          ),
        ]),
  ]
}

/**
 * The page of each package, by path.
 *
 * @param {ReadonlyMap<string, readonly Section[]>} sections
 * @param {Language} language
 * @returns {Map<string, string>}
 */
export const ownErrorPages = (sections, language) =>
  new Map(
    [...sections].map(([home, all]) => {
      const words = WORDS[language]
      const lines = [
        `# ${words.title(home)}`,
        words.intro(home),
        ...all.flatMap((one) => sectionLines(one, language)),
      ]
      return [`errors/${home}`, `${lines.join('\n\n')}\n`]
    }),
  )

/**
 * The list of all codes, for the page of all numbers.
 *
 * @param {ReadonlyMap<string, readonly Section[]>} sections
 * @param {Language} language
 */
export const ownErrorList = (sections, language) => {
  const words = WORDS[language]
  const tables = [...sections].map(([home, all]) => {
    const rows = all.map(({ code, what }) => [
      `[\`${code}\`](./${home}#${code.toLowerCase()})`,
      plain(what[0]?.[language] ?? ''),
    ])
    const table = [words.columns, ['--', '--'], ...rows].map((cells) => `| ${cells.join(' | ')} |`)
    return `### @qqkit/${home}\n\n${table.join('\n')}`
  })
  return [`## ${words.own}`, words.ownIntro, ...tables].join('\n\n')
}
