import type { JSX } from 'preact'

import type { PagePress } from '../../src/page/contract/wire.js'
import { t, type Sentence } from '../i18n/translate.js'
import { now } from '../store/store.js'
import { Icon, type IconName } from './icon.js'

/** Time for the bot's acknowledgement, in ms (§5.7). */
const WINDOW = 3000

/** Answers of `PUT /interactions/{id}` besides success (§5.7). */
const refusals: Readonly<Record<number, Sentence>> = {
  1: 'press.code1',
  2: 'press.code2',
  3: 'press.code3',
  4: 'press.code4',
  5: 'press.code5',
}

const stateOf = ({ code, at }: PagePress): { name: string; icon: IconName; sentence: Sentence } => {
  if (code === 0) return { name: 'done', icon: 'check', sentence: 'press.done' }
  if (code !== null) return { name: 'refused', icon: 'close', sentence: refusals[code] ?? 'press.code1' }
  return now.value - at > WINDOW
    ? { name: 'missed', icon: 'close', sentence: 'press.missed' }
    : { name: 'waiting', icon: 'wait', sentence: 'press.waiting' }
}

/** The state of a press: waiting, acknowledged or missed. */
export const PressState = ({ press }: { press: PagePress }): JSX.Element => {
  const { name, icon, sentence } = stateOf(press)
  return (
    <span class="press-state" data-state={name} role="img" aria-label={t(sentence)} title={t(sentence)}>
      <Icon name={icon} />
    </span>
  )
}
