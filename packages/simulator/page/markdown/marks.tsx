import type { ComponentChildren, JSX } from 'preact'

import { t } from '../i18n/translate.js'

/** What marks need from their message. */
export interface MarkContext {
  /** Names of the mentioned people, by id. */
  readonly names: Readonly<Record<string, string>>
  /** A tap on a command: sends its text, or puts it into the input. */
  readonly onCommand: (text: string, how: 'enter' | 'input', quote: boolean) => void
  /** Whether commands exist here: in markdown of private chats. */
  readonly commands: boolean
}

/** Marks within a text (§5.12): mentions, commands, channel links, emoji. */
const MARK =
  /<@!?(?<person>[^>\s]{1,64})>|<qqbot-at-user\s+id="(?<user>[^"]{1,64})"\s*\/>|<qqbot-(?<all>at-everyone)\s*\/>|<qqbot-cmd-(?<how>enter|input)\s+(?<fields>[^>]*?)\/>|<#(?<channel>\d{1,32})>|<emoji:(?<emoji>\d{1,9})>|(?<everyone>@everyone)/g

const fieldOf = (fields: string, name: string): string => {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(fields)?.[1] ?? ''
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

const Command = ({
  how,
  fields,
  context,
}: {
  how: string
  fields: string
  context: MarkContext
}): JSX.Element => {
  const text = fieldOf(fields, 'text')
  const quote = fieldOf(fields, 'reference') === 'true'
  return (
    <button
      type="button"
      class="command"
      title={how === 'enter' ? t('mark.enter', { text }) : t('mark.input', { text })}
      onClick={() => context.onCommand(text, how === 'enter' ? 'enter' : 'input', quote)}
    >
      {fieldOf(fields, 'show') || text}
    </button>
  )
}

const markOf = (found: RegExpMatchArray, context: MarkContext): ComponentChildren => {
  const { person, user, all, how, fields = '', channel, emoji, everyone } = found.groups ?? {}
  if (all !== undefined || everyone !== undefined) return <span class="mention">@{t('mark.everyone')}</span>
  if (how !== undefined)
    return context.commands ? <Command how={how} fields={fields} context={context} /> : found[0]
  if (channel !== undefined) return <span class="mention">#{channel}</span>
  if (emoji !== undefined) return <span class="face">{t('mark.face', { id: emoji })}</span>
  const id = person ?? user ?? ''
  const name = Object.hasOwn(context.names, id) ? context.names[id] : undefined
  return name === undefined ? found[0] : <span class="mention">@{name}</span>
}

/** A text with its marks as elements. @param decode decodes the text between marks */
export const withMarks = (
  text: string,
  context: MarkContext,
  decode: (text: string) => string = (plain) => plain,
): ComponentChildren => {
  const parts: ComponentChildren[] = []
  let end = 0
  for (const found of text.matchAll(MARK)) {
    parts.push(decode(text.slice(end, found.index)), markOf(found, context))
    end = found.index + found[0].length
  }
  return parts.length === 0 ? decode(text) : [...parts, decode(text.slice(end))]
}
