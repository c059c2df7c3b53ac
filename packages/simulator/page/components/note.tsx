import type { JSX } from 'preact'

import type { PageNote } from '../../src/page/contract/wire.js'
import { clockTime, t } from '../i18n/translate.js'

const tones = { closed: 'bad', frozen: 'bad', 'session.created': 'good', 'session.resumed': 'good' } as const

/** A change of the bot's connection, between the bubbles. */
export const Note = ({ note }: { note: PageNote }): JSX.Element => (
  <li class="note" data-tone={tones[note.what]} data-what={note.what}>
    {t(`note.${note.what}`, { code: note.code })} · {clockTime(note.at, true)}
  </li>
)
