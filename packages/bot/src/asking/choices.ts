import { createHash } from 'node:crypto'

import { button, keyboard } from '@qqkit/rest'
import { escapeMarkdown } from '@qqkit/rest/text'
import { keyboardLimits } from '@qqkit/protocol'

import type { LogSink } from '@qqkit/core'

import type { InteractionContext } from '../context/interaction-context.js'
import type { Scene } from '../events/message.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import { AskError } from './errors.js'

/** Choices as a list of labels, or as labels by value. */
export type Choices<T extends string> = readonly T[] | Readonly<Record<T, string>>

/** One answer to choose. */
interface Choice {
  readonly value: string
  readonly label: string
}

const MOST = keyboardLimits.rows * keyboardLimits.buttonsPerRow

/** Characters of the labels in one row: phones cut longer ones off. */
const ROW_WIDTH = 16

const listOf = (choices: unknown): readonly Choice[] => {
  if (Array.isArray(choices))
    return choices.map((label) => ({ value: label as string, label: label as string }))
  if (typeof choices !== 'object' || choices === null) return []
  return Object.entries(choices).map(([value, label]) => ({ value, label: label as string }))
}

/** Two texts that people would take for the same. */
const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase()

/** What ends a sentence, after normalisation. */
const END = new Set('.。!~…,、;')

/** What a person may have meant: the text, or the text without what ends it. */
const meantBy = (text: string): readonly string[] => {
  const said = plain(text)
  let end = said.length
  while (END.has(said.charAt(end - 1))) end -= 1
  return end === said.length ? [said] : [said, said.slice(0, end).trimEnd()]
}

/** Whether a text is one of some words, as people take it. */
export const isWordOf = (words: readonly string[]): ((text: string) => boolean) => {
  const known = new Set(words.map(plain))
  return (text) => meantBy(text).some((meant) => known.has(meant))
}

/** Names a choice in the data of its button by what people see there: places and values may change with the next version of a bot. */
const tagOf = (label: string): string =>
  createHash('sha256').update(plain(label)).digest('base64url').slice(0, 8)

/** A number as people write it: `1`, `1)` and `(1)`, after normalisation and without what ends it. */
const NUMBER = /^(?:\(([1-9]\d?)\)|([1-9]\d?)\)?)$/

/** @throws AskError `bad_question` */
export const checkQuestion = (question: unknown): void => {
  if (typeof question !== 'string' && (typeof question !== 'object' || question === null))
    throw new AskError('bad_question', { detail: String(question) })
}

/** Who asks: a handler that waits, or a dialogue. */
export type AskedBy = 'ask' | 'dialogue'

/** The begin of the data of every button of a question: no other button may have it. */
const prefixOf = (by: AskedBy): string => `qqkit:${by}:`

/** The question and the choice in the data of a button; `null` for any other data. */
export const readChoiceData = (
  data: string,
  by: AskedBy,
): { readonly question: string; readonly tag: string } | null => {
  const prefix = prefixOf(by)
  if (!data.startsWith(prefix)) return null
  const [question = '', tag = ''] = data.slice(prefix.length).split(':')
  return { question, tag }
}

/** The choices of one question: as buttons, as text, and as people answer. */
export class ChoiceList {
  readonly #choices: readonly Choice[]

  /** @throws AskError `bad_choices` */
  constructor(choices: unknown) {
    const list = listOf(choices)
    const isText = ({ label, value }: Choice): boolean =>
      typeof label === 'string' && label.trim() !== '' && value !== ''
    const isRight = list.length > 0 && list.length <= MOST && list.every(isText)
    if (!isRight || new Set(list.map(({ label }) => plain(label))).size < list.length)
      throw new AskError('bad_choices', { detail: JSON.stringify(choices) })
    this.#choices = list
  }

  get labels(): readonly string[] {
    return this.#choices.map(({ label }) => label)
  }

  /** The value of a choice by the data of its button. */
  tagged(tag: string): string | null {
    return this.#choices.find(({ label }) => tagOf(label) === tag)?.value ?? null
  }

  /** The value that a message names by its label, or by its number in the list; `null`: none. */
  find(text: string): string | null {
    const meant = meantBy(text)
    for (const one of meant) {
      const named = this.#choices.find(({ label }) => plain(label) === one)
      if (named) return named.value
    }
    const [, inBrackets, number = inBrackets] = NUMBER.exec(meant.at(-1) ?? '') ?? []
    return this.#choices[Number(number) - 1]?.value ?? null
  }

  /** Whether a place shows them as buttons: clicks in direct messages of guilds are not documented (§4.5). */
  fitButtons(scene: Scene): boolean {
    return scene !== 'dm' && this.labels.every((label) => label.length <= keyboardLimits.labelLength)
  }

  /** A question with its buttons; `null` where a message cannot have both. */
  withButtons(message: OutgoingMessage, question: string, by: AskedBy): OutgoingMessage | null {
    // It has buttons of its own.
    if (typeof message === 'object' && message.keyboard !== undefined) return null
    const buttons = keyboard(this.#rows(question, by))
    if (typeof message === 'string') return { markdown: { content: escapeMarkdown(message) }, ...buttons }
    const { content, ...others } = message
    if (others.markdown) return { ...message, ...buttons }
    const { media, file, image, embed, ark } = others
    if (content === undefined || [media, file, image, embed, ark].some((part) => part !== undefined))
      return null
    return { ...others, markdown: { content: escapeMarkdown(content) }, ...buttons }
  }

  #rows(question: string, by: AskedBy): ReturnType<typeof button.callback>[][] {
    const rows: Choice[][] = [[]]
    const width = (row: readonly Choice[]): number => row.reduce((sum, { label }) => sum + label.length, 0)
    const isRoomy = this.#choices.length <= keyboardLimits.rows
    for (const choice of this.#choices) {
      const row = rows.at(-1)!
      const isFull =
        row.length >= keyboardLimits.buttonsPerRow ||
        (row.length > 0 && isRoomy && width([...row, choice]) > ROW_WIDTH)
      if (isFull) rows.push([choice])
      else row.push(choice)
    }
    // They are disabled together.
    return rows.map((row) =>
      row.map(({ label }) =>
        button.callback(label, `${prefixOf(by)}${question}:${tagOf(label)}`, { groupId: question }),
      ),
    )
  }
}

/** The answer of the platform to a question: whether it went out without its buttons. */
export const lostButtons = (sent: object): boolean =>
  'steps' in sent &&
  (sent.steps as readonly { readonly kind: string; readonly name?: string }[]).some(
    ({ kind, name }) => kind === 'fallback' && name === 'plain_text',
  )

/** Codes of clicks (§5.7): taken, a second one, and one by a person who may not answer. */
export const OK = 0
export const REPEATED = 3
export const NO_PERMISSION = 4

/** Acknowledges a click before its turn. */
export const acknowledge = (
  ctx: InteractionContext,
  code: typeof OK | typeof REPEATED | typeof NO_PERMISSION,
  log: LogSink,
): void => {
  ctx.ack(code).catch((error: unknown) => {
    const message = 'an interaction could not be acknowledged; the user sees a loading sign or an error'
    log({ level: ctx.replayed ? 'debug' : 'warn', event: 'bot.ack_failed', message, error })
  })
}

/** A question with its choices as text below it. */
export const withText = (message: OutgoingMessage, list: string): OutgoingMessage => {
  if (typeof message === 'string') return `${message}\n${list}`
  const { markdown, content } = message
  if (markdown?.content !== undefined)
    return {
      ...message,
      markdown: { ...markdown, content: `${markdown.content}\n\n${escapeMarkdown(list)}` },
    }
  return { ...message, content: content === undefined ? list : `${content}\n${list}` }
}
