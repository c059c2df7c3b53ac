import type { Clock, LogSink } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'

import { failureMeans, type RestError } from '../errors/rest-error.js'
import type { MediaSource, UrlSource } from '../media/media.js'
import { bytesMayHelp } from '../media/upload/refusals.js'
import type { WireMessage } from '../message/wire-message.js'
import { isBlank } from '../text/characters.js'
import { guildText, type NameOf, plainText } from '../text/plain-text.js'
import type { Target } from '../types/target.js'

/** What a rule may look at besides the message. */
export interface FallbackContext {
  readonly target: Target
  /** The refusal that opened it. */
  readonly error: RestError
  /** Names for those who cannot be mentioned, as far as the sender knows them. */
  readonly nameOf?: NameOf | undefined
  /** Aborts with the caller, and when the time for the call is over. */
  readonly signal: AbortSignal
}

/** What a refusal means where there is a way out. */
export type FallbackMeaning = 'anchorDead' | 'markdownRefused' | 'proactiveRefused' | 'mediaNotFetchable'

/** Whether a refusal opens the ways out of a meaning. An address that is refused by its look might as well not be there. */
const opens = (when: FallbackMeaning, refusal: RestError): boolean =>
  when === 'mediaNotFetchable' ? bytesMayHelp(refusal) : failureMeans(refusal, when)

/** A way to send a refused message after all. */
export interface FallbackRule {
  /** Stands in the steps of the result. */
  readonly name: string
  /** Which meaning of a refusal opens it: a column of the error table of `@qqkit/protocol`, and what {@link opens} adds. */
  readonly when: FallbackMeaning
  /** The message to send instead; `null` when this one cannot be changed. Must leave its argument as it is. */
  readonly change: (
    message: WireMessage,
    context: FallbackContext,
  ) => WireMessage | null | Promise<WireMessage | null>
  /**
   * Whether the changed message is a new one to the platform, which it would not recognise as a repeat: then it goes out
   * without anchor and number; else with those of the message that was refused.
   */
  readonly losesKey: boolean
}

/** Without its anchor a message is proactive; one that had none would only be repeated. Typing notices and chunks mean nothing without. */
const asProactive = (message: WireMessage): WireMessage | null => {
  const { msg_id: msgId, ...rest } = message
  if (msgId === undefined && rest.event_id === undefined) return null
  if (rest.input_notify || rest.stream || rest.msg_type === 6) return null
  const reference = rest.message_reference
  // The quote stays, but it must not take the message down when the quoted one is gone as well.
  return reference && reference.message_id === msgId
    ? { ...rest, message_reference: { ...reference, ignore_get_message_error: true } }
    : rest
}

/** Native markdown as text. The keyboard goes with it: text carries none. A template has no text of its own. */
const asText = (message: WireMessage, { target: { scene }, nameOf }: FallbackContext): WireMessage | null => {
  const { markdown, keyboard: _keyboard, msg_type: _type, ...rest } = message
  const guild = scene === 'channel' || scene === 'dm'
  const native = markdown?.content ?? ''
  const content = guild ? guildText(native) : plainText(native, { nameOf: (id) => nameOf?.(id) })
  return isBlank(content) ? null : { ...rest, content }
}

/** An address that the bot has not tried yet; `null` for anything else. */
const untried = (source: MediaSource): UrlSource | null => {
  if (typeof source === 'string' || source instanceof URL) return { url: source }
  return 'url' in source && source.download !== true ? source : null
}

/** What the platform could not fetch, or refused by the look of its address, fetched here and sent as bytes. */
const asBytes = (message: WireMessage): WireMessage | null => {
  const { image, ...rest } = message
  if (image !== undefined) return { ...rest, file: { type: 'image', source: { url: image, download: true } } }
  const source = message.file && untried(message.file.source)
  return message.file && source
    ? { ...message, file: { ...message.file, source: { ...source, download: true } } }
    : null
}

/**
 * The fallback chain. `media_bytes` holds for `rest.media.upload` too. What nothing helps against, such as a refused proactive
 * message, is a typed error. A rule is entered at most once per send, and only when every attempt before is known not to have been
 * delivered.
 */
export const fallbackRules: readonly FallbackRule[] = Object.freeze([
  Object.freeze({
    name: 'proactive',
    when: 'anchorDead',
    change: asProactive,
    losesKey: true,
  } satisfies FallbackRule),
  Object.freeze({
    name: 'plain_text',
    when: 'markdownRefused',
    change: asText,
    losesKey: false,
  } satisfies FallbackRule),
  Object.freeze({
    name: 'media_bytes',
    when: 'mediaNotFetchable',
    change: asBytes,
    losesKey: false,
  } satisfies FallbackRule),
])

/** What the choice works with. */
export interface FallbackDeps {
  readonly rules: readonly FallbackRule[]
  readonly clock: Clock
  readonly log: LogSink
}

/** What the choice looks at besides the error. */
export interface FallbackState {
  readonly target: Target
  readonly message: WireMessage
  readonly nameOf: NameOf | undefined
  /** Names of rules that were entered before. */
  readonly used: ReadonlySet<string>
  /** An earlier process may have sent this reply already, under the same number. */
  readonly replayed: boolean
  readonly signal: AbortSignal | undefined
  readonly deadlineAt: number
}

/** A rule that applies, and what it makes of the message. */
export interface ChosenFallback {
  readonly rule: FallbackRule
  readonly message: WireMessage
}

/** Whether a refusal opens a rule. */
const isOpen = (rule: FallbackRule, error: RestError, { used, replayed }: FallbackState): boolean => {
  if (used.has(rule.name) || !opens(rule.when, error)) return false
  // Under a new key nobody could tell that the earlier process had already sent it.
  return !(rule.losesKey && replayed)
}

/**
 * The first rule that opens a way out, or `null`. A rule that fails is told and opens none.
 *
 * @throws `signal.reason` on abort
 */
export const chooseFallback = async (
  { rules, clock, log }: FallbackDeps,
  error: RestError,
  state: FallbackState,
): Promise<ChosenFallback | null> => {
  // Only a refusal opens one: by a code that is known, or by a status that is none of the passing ones (ADR 0016).
  if (error.delivered !== 'no' || error.situation !== 'refused') return null
  const { target, message, nameOf, signal, deadlineAt } = state
  for (const rule of rules) {
    if (!isOpen(rule, error, state)) continue
    try {
      const ms = Math.max(0, deadlineAt - clock.now())
      const onTimeout = (): Error => new Error('the time for the whole call is over')
      const changed = await withDeadline({ clock, ms, onTimeout, signal }, async (ending) =>
        rule.change(message, { target, error, nameOf, signal: ending }),
      )
      if (changed) return { rule, message: changed }
    } catch (fault) {
      signal?.throwIfAborted()
      log({ level: 'warn', event: 'rest.fallback_failed', name: rule.name, error: fault })
    }
  }
  return null
}
