import { OptionsError } from '@qqkit/core'
import * as v from 'valibot'

import { checkMiddlewareOptions, texts } from './check.js'

/** What {@link ModelText} removes beside reasoning, tool calls and special tokens. */
export interface ModelTextOptions {
  /**
   * Domains whose addresses are left alone; others lose their form of an address, since groups and channels refuse messages with
   * addresses that are not registered
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}). Default: all addresses stay.
   */
  readonly domains?: readonly string[] | undefined
  /** Whether tags of mentions and `@everyone` stay. Default `false`. */
  readonly mentions?: boolean | undefined
}

/** Elements that models write for programs. */
const HIDDEN =
  'think|thinking|thoughts?|reasoning|reflection|scratchpad|tool_calls?|tool_use|tool_responses?|tool_results?|function_calls?|function_results?|function|invoke'

/** What is looked at; anything else is text. Lengths are bounded, so that matching stays fast. */
const TOKEN = new RegExp(
  [
    String.raw`(?<hide><(?<name>${HIDDEN})(?:[\s=][^<>\n]{0,200})?>)`,
    String.raw`(?<stray></(?:${HIDDEN})\s*>|<(?:${HIDDEN})\s*/>)`,
    String.raw`(?<special><[|｜](?<token>[^<>|｜\n]{1,100})[|｜]>)`,
    String.raw`(?<live></?qqbot-[^<>\n]{0,300}>|<@!?[^<>\s]{1,100}>|<#\d{1,30}>|@everyone)`,
    String.raw`(?<link>!?\[(?<label>[^[\]\n]{0,300})\]\((?<to>https?://[^\s()]{1,2000})\))`,
    String.raw`(?<url>https?://[^\s<>()"'，。；、！？）】》]{1,2000})`,
    '(?<ticks>`+)',
    String.raw`(?<line>\n)`,
  ].join('|'),
  'giu',
)

/**
 * The end of a text that may be the beginning of a token, or of a longer one: as long as the longest token. Groups are those of
 * {@link ENDS}.
 */
const OPEN_END =
  /(?:<(?<tag>[^<>\n]{0,310})|@[a-z]{0,7}|!?\[(?<label>[^[\]\n]{0,300})(?:\](?:\((?<to>[^\s()]{0,2010}))?)?|!|h|ht|htt|https?(?::(?:\/(?:\/(?<url>[^\s<>()"']{0,2000}))?)?)?|(?<!`)(?<ticks>`+))$/iu

/** How long a part of an open token may get, and the characters that end it: others need no second look at what came before. */
const ENDS: Readonly<Record<'to' | 'label' | 'tag' | 'url' | 'ticks', readonly [most: number, end: RegExp]>> =
  {
    to: [2010, /[\s()]/],
    label: [300, /[[\]\n]/],
    tag: [310, /[<>\n]/],
    url: [2000, /[\s<>()"']/],
    ticks: [Infinity, /[^`]/],
  }

/** What may be added to an open token without another look at it. */
interface OpenToken {
  room: number
  readonly end: RegExp
}

const openToken = (found: RegExpExecArray | null): OpenToken | null => {
  const groups = found?.groups ?? {}
  // A label is complete when an address follows it.
  const isLabelled = found?.[0].includes(']') === true
  const names = Object.keys(ENDS) as (keyof typeof ENDS)[]
  const name = names.find((one) => groups[one] !== undefined && !(one === 'label' && isLabelled))
  if (name === undefined) return null
  const [most, end] = ENDS[name]
  return { room: most - groups[name]!.length, end }
}

/** An address in a form that is no link any more. */
const withoutAddress = (url: string): string => url.replace(/^https?:\/\//i, '').replaceAll('.', '．')

const isOf = (url: string, domains: readonly string[]): boolean => {
  if (!URL.canParse(url)) return false
  const { hostname } = new URL(url)
  return domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
}

/** Several empty lines are one. */
const oneGap = (gap: string): string => gap.replace(/\n(?:[^\S\n]*\n){2,}/, '\n\n')

/** The end of a special token that opens a tool call, such as `<|tool_calls_section_begin|>`. */
const endOfCall = (token: string): string | null =>
  /tool/i.test(token) && /begin$/i.test(token) ? token.replace(/begin$/i, 'end') : null

/**
 * Cleans the text of a language model as it comes: each result continues those before it, and none is ever taken back. Reasoning,
 * tool calls and special tokens go, outside of code; mentions lose their effect everywhere.
 */
export class ModelText {
  readonly #options: ModelTextOptions
  /** What may be part of a longer token. */
  #pending = ''
  /** What may follow it without a change. */
  #open: OpenToken | null = null
  /** The end of a hidden element, in lower case. */
  #hiddenUntil: string | null = null
  /** The backticks that end the code. */
  #code: string | null = null
  /** Blanks between what was shown and what may follow. */
  #gap = ''
  #begun = false

  constructor(options: ModelTextOptions = {}) {
    this.#options = options
  }

  /** Takes the next part, and returns what can be shown now. */
  write(part: string): string {
    this.#pending += part
    const open = this.#open
    if (open && part.length <= open.room && !open.end.test(part)) {
      open.room -= part.length
      return ''
    }
    return this.#drain(false)
  }

  /** Returns the rest. */
  end(): string {
    return this.#drain(true)
  }

  #drain(isEnd: boolean): string {
    let shown = ''
    this.#open = null
    for (;;) {
      if (this.#hiddenUntil !== null && !this.#skip(this.#hiddenUntil, isEnd)) return shown
      const text = this.#pending
      const open = isEnd ? null : OPEN_END.exec(text)
      const limit = open?.index ?? text.length
      TOKEN.lastIndex = 0
      let from = 0
      let token = TOKEN.exec(text)
      while (token && token.index < limit && this.#hiddenUntil === null) {
        shown += this.#readText(text.slice(from, token.index)) + this.#read(token)
        from = token.index + token[0].length
        token = TOKEN.exec(text)
      }
      if (this.#hiddenUntil === null) {
        shown += this.#readText(text.slice(from, Math.max(from, limit)))
        this.#pending = text.slice(Math.max(from, limit))
        if (from <= limit) this.#open = openToken(open)
        return shown
      }
      this.#pending = text.slice(from)
    }
  }

  /** Leaves a hidden element; `false` if its end has not come. */
  #skip(end: string, isEnd: boolean): boolean {
    const at = this.#pending.toLowerCase().indexOf(end)
    this.#pending =
      at === -1
        ? this.#pending.slice(isEnd ? this.#pending.length : -(end.length - 1))
        : this.#pending.slice(at + end.length)
    if (at !== -1) this.#hiddenUntil = null
    return at !== -1
  }

  #shown(text: string): string {
    const visible = this.#begun || this.#code !== null ? text : text.trimStart()
    if (visible === '') return ''
    const gap = this.#begun ? oneGap(this.#gap) : ''
    this.#gap = ''
    this.#begun = true
    return gap + visible
  }

  /** What a token becomes. */
  #read(token: RegExpExecArray): string {
    const [whole] = token
    const {
      hide,
      name = '',
      stray,
      special,
      token: inner = '',
      live,
      link,
      label = '',
      to = '',
      url,
      ticks,
      line,
    } = token.groups ?? {}
    if (ticks) return this.#readTicks(ticks)
    if (line) return this.#readLine()
    if (live)
      return this.#options.mentions === true
        ? this.#shown(live)
        : this.#shown(live.startsWith('@') ? live.replace('@', '＠') : '')
    if (link) return this.#isRefused(to) ? this.#shown(label || withoutAddress(to)) : this.#shown(link)
    if (url) return this.#shown(this.#isRefused(url) ? withoutAddress(url) : url)
    if (this.#code !== null) return this.#shown(whole)
    if (hide) this.#hiddenUntil = `</${name.toLowerCase()}>`
    const end = special ? endOfCall(inner) : null
    if (end !== null) this.#hiddenUntil = whole.replace(inner, end).toLowerCase()
    return stray || special || hide ? '' : this.#shown(whole)
  }

  #readTicks(ticks: string): string {
    if (this.#code === null) this.#code = ticks
    else if (this.#code === ticks) this.#code = null
    return this.#shown(ticks)
  }

  /** Blanks at its end wait for what follows them, outside of code. */
  #readText(text: string): string {
    if (this.#code !== null) return this.#shown(text)
    const body = text.trimEnd()
    const shown = this.#shown(body)
    this.#gap += text.slice(body.length)
    return shown
  }

  #readLine(): string {
    // Code in a line ends with the line; a block keeps its blanks.
    if (this.#code !== null && this.#code.length < 3) this.#code = null
    if (this.#code !== null) return this.#shown('\n')
    this.#gap += '\n'
    return ''
  }

  #isRefused(url: string): boolean {
    const { domains } = this.#options
    return domains !== undefined && !isOf(url, domains)
  }
}

/** The check of domains in options. */
export const domains: v.GenericSchema = v.optional(texts('must be a list of domains, e.g. ["example.com"]'))
const mentions = v.optional(v.boolean('must be true or false'))
const A_TEXT = 'give the text of a model as a string: cleanModelText(await answer)'

/** Reasoning whose opening tag the template of the model had written. */
const UNOPENED = new RegExp(String.raw`^(?:(?!<(?:think|thinking)>)[^])*</(?:think|thinking)>`, 'i')

/**
 * A whole text of a language model as people shall see it.
 *
 * @example
 * await ctx.reply(cleanModelText(await ask(ctx.text)))
 * @throws OptionsError
 */
export const cleanModelText = (text: string, options: ModelTextOptions = {}): string => {
  if (typeof text !== 'string')
    throw new OptionsError({ subject: 'cleanModelText', path: '', received: typeof text, hint: A_TEXT })
  checkMiddlewareOptions('cleanModelText', { domains, mentions }, options)
  const cleaner = new ModelText(options)
  const isUnopened = /<\/think(?:ing)?>/i.test(text)
  return cleaner.write(isUnopened ? text.replace(UNOPENED, '') : text) + cleaner.end()
}
