import type { JSX } from 'preact'

import type { PageNote } from '../../src/page/contract/wire.js'
import { clockTime, t } from '../i18n/translate.js'
import { Card } from './card.js'

const tones: { readonly [What in PageNote['what']]?: 'good' | 'bad' } = {
  closed: 'bad',
  frozen: 'bad',
  'session.created': 'good',
  'session.resumed': 'good',
}

/** A line between the bubbles: a change of the bot's connection, or what the bot did besides messages. */
export const Note = ({ note }: { note: PageNote }): JSX.Element => (
  <li class="note-row" data-what={note.what}>
    <p class="note" data-tone={tones[note.what]}>
      {t(`note.${note.what}`, { code: note.code, text: note.text })} · {clockTime(note.at, true)}
    </p>
    {note.card === null ? null : (
      <div class="bubble">
        <Card card={note.card} />
      </div>
    )}
  </li>
)
