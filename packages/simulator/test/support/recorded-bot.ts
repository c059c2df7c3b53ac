import type { Heard } from './scripted-bot.js'

const YES = { id: 'yes', render_data: { label: 'Yes', style: 1 }, action: { type: 1, data: 'pressed yes' } }

/** A bot whose answers depend on all that it heard before: quotes, bytes of files, who comes, reactions and recalls. */
export const conversation = (greeting = 'welcome'): ((heard: Heard) => Promise<void>) => {
  let waiting: Heard[] = []
  const happened: string[] = []
  return async (heard) => {
    const { t, text, quoted, files, urls, send } = heard
    if (!t.endsWith('MESSAGE_CREATE') && text === '') {
      if (/^MESSAGE_REACTION|_DELETE$/.test(t)) happened.push(t)
      if (t === 'FRIEND_ADD' || t === 'GROUP_MEMBER_ADD' || t === 'GROUP_ADD_ROBOT')
        await send({ content: greeting })
      if (t === 'MESSAGE_REACTION_ADD') await send({ content: 'thank you' })
      return
    }
    if (text === 'silence') return
    if (text === 'how large?') {
      const { size } = await (await fetch(urls[0] ?? '')).blob()
      await send({ content: `${size} bytes` })
      return
    }
    if (text === 'what happened?') {
      await send({ content: happened.join(', ') })
      return
    }
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
