import type { Heard } from './scripted-bot.js'

const YES = { id: 'yes', render_data: { label: 'Yes', style: 1 }, action: { type: 1, data: 'pressed yes' } }

/** A bot whose answers depend on what it heard before, on quotes, files and on who comes. */
export const conversation = (greeting = 'welcome'): ((heard: Heard) => Promise<void>) => {
  let waiting: Heard[] = []
  return async (heard) => {
    const { t, text, quoted, files, send } = heard
    if (!t.endsWith('MESSAGE_CREATE') && text === '') {
      if (t === 'FRIEND_ADD' || t === 'GROUP_MEMBER_ADD') await send({ content: greeting })
      return
    }
    if (text === 'silence') return
    // Answered after the next message.
    if (text === 'later') {
      waiting.push(heard)
      return
    }
    const late = waiting
    waiting = []
    if (text === 'choose')
      await send({
        msg_type: 2,
        markdown: { content: 'Choose' },
        keyboard: { content: { rows: [{ buttons: [YES] }] } },
      })
    else
      await send({
        content: [`heard: ${text}`, quoted && `quoting ${quoted}`, ...files].filter(Boolean).join(', '),
      })
    for (const each of late) await each.send({ content: 'here it is' })
  }
}
