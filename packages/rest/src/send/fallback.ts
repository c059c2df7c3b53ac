import type { Clock, LogSink } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'

import { failureMeans, type RestError } from '../errors/rest-error.js'
import type { MediaSource, UrlSource } from '../media/media.js'
import { bytesMayHelp } from '../media/upload/refusals.js'
import type { WireMessage } from '../message/wire-message.js'
import { isBlank } from '../text/characters.js'
import { guildText, type NameOf, plainText } from '../text/plain-text.js'
import type { Target } from '../types/target.js'

/** Context of a fallback rule. */
export interface FallbackContext {
  readonly target: Target
  /** The refusal. */
  readonly error: RestError
  /** Display names, used where mentions are not possible. */
  readonly nameOf?: NameOf | undefined
  /** Aborts when the caller aborts, and at the deadline of the call. */
  readonly signal: AbortSignal
}

/** Meanings of a refusal that have a fallback. */
export type FallbackMeaning = 'anchorDead' | 'markdownRefused' | 'proactiveRefused' | 'mediaNotFetchable'

/** Whether a refusal has this meaning. An address refused for its format counts as not fetchable. */
const opens = (when: FallbackMeaning, refusal: RestError): boolean =>
  when === 'mediaNotFetchable' ? bytesMayHelp(refusal) : failureMeans(refusal, when)

/**
 * A rule that changes a refused message so that it can be sent after all.
 *
 * @example
 * const withoutKeyboard: FallbackRule = {
 *   name: 'without_keyboard',
 *   when: 'markdownRefused',
 *   change: ({ keyboard, ...rest }) => (keyboard ? rest : null),
 *   losesKey: false,
 * }
 * new Rest({ appId, secret, fallbacks: [withoutKeyboard, ...fallbackRules] })
 */
export interface FallbackRule {
  /** Name in the `steps` of the result. */
  readonly name: string
  /** The meaning of a refusal to which the rule applies: a column of the error table of `@qqkit/protocol`. */
  readonly when: FallbackMeaning
  /** Returns the message to send instead; `null` if the rule cannot change it. Must not modify its argument. */
  readonly change: (
    message: WireMessage,
    context: FallbackContext,
  ) => WireMessage | null | Promise<WireMessage | null>
  /**
   * Whether the changed message is sent without anchor and number, so that the platform could not recognise a repeat;
   * otherwise it keeps both.
   */
  readonly losesKey: boolean
}

/** Removes the anchor. Does not apply without an anchor, nor to typing notices and chunks, which need one. */
const asProactive = (message: WireMessage): WireMessage | null => {
  const { msg_id: msgId, ...rest } = message
  if (msgId === undefined && rest.event_id === undefined) return null
  if (rest.input_notify || rest.stream || rest.msg_type === 6) return null
  const reference = rest.message_reference
  // The quote stays, but a missing quoted message must not cause a refusal.
  return reference && reference.message_id === msgId
    ? { ...rest, message_reference: { ...reference, ignore_get_message_error: true } }
    : rest
}

/** Turns markdown into text. The keyboard is dropped, since text takes none; a template has no text. */
const asText = (message: WireMessage, { target: { scene }, nameOf }: FallbackContext): WireMessage | null => {
  const { markdown, keyboard: _keyboard, msg_type: _type, ...rest } = message
  const guild = scene === 'channel' || scene === 'dm'
  const native = markdown?.content ?? ''
  const content = guild ? guildText(native) : plainText(native, { nameOf: (id) => nameOf?.(id) })
  return isBlank(content) ? null : { ...rest, content }
}

/** An address that the bot has not downloaded yet; `null` for anything else. */
const untried = (source: MediaSource): UrlSource | null => {
  if (typeof source === 'string' || source instanceof URL) return { url: source }
  return 'url' in source && source.download !== true ? source : null
}

/** Downloads an address that the platform could not fetch or refused for its format, and sends the bytes. */
const asBytes = (message: WireMessage): WireMessage | null => {
  const { image, ...rest } = message
  if (image !== undefined) return { ...rest, file: { type: 'image', source: { url: image, download: true } } }
  const source = message.file && untried(message.file.source)
  return message.file && source
    ? { ...message, file: { ...message.file, source: { ...source, download: true } } }
    : null
}

/**
 * The default fallback chain; `media_bytes` also applies to `rest.media.upload`. Each rule is used at most once per
 * send, and only if no earlier attempt can have been delivered.
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

/** Dependencies of {@link chooseFallback}. */
export interface FallbackDeps {
  readonly rules: readonly FallbackRule[]
  readonly clock: Clock
  readonly log: LogSink
}

/** Input of {@link chooseFallback} besides the error. */
export interface FallbackState {
  readonly target: Target
  readonly message: WireMessage
  readonly nameOf: NameOf | undefined
  /** Names of rules that were used before. */
  readonly used: ReadonlySet<string>
  /** An earlier process may have sent this reply already, under the same number. */
  readonly replayed: boolean
  readonly signal: AbortSignal | undefined
  readonly deadlineAt: number
}

/** The chosen rule, and the changed message. */
export interface ChosenFallback {
  readonly rule: FallbackRule
  readonly message: WireMessage
}

/** Whether a rule applies to a refusal. */
const isOpen = (rule: FallbackRule, error: RestError, { used, replayed }: FallbackState): boolean => {
  if (used.has(rule.name) || !opens(rule.when, error)) return false
  // Without the number, the platform could not tell that an earlier process has sent it.
  return !(rule.losesKey && replayed)
}

/**
 * The first rule that changes the message, or `null`. A rule that throws is logged and skipped.
 *
 * @throws `signal.reason` on abort
 */
export const chooseFallback = async (
  { rules, clock, log }: FallbackDeps,
  error: RestError,
  state: FallbackState,
): Promise<ChosenFallback | null> => {
  // Only refusals have fallbacks: a known code, or a status that is not temporary (ADR 0016).
  if (error.delivered !== 'no' || error.situation !== 'refused') return null
  const { target, message, nameOf, signal, deadlineAt } = state
  for (const rule of rules) {
    if (!isOpen(rule, error, state)) continue
    try {
      const ms = Math.max(0, deadlineAt - clock.now())
      const onTimeout = (): Error => new Error('the deadline of the call has passed')
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
