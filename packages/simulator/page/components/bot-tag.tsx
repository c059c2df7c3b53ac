import type { JSX } from 'preact'

import { view } from '../store/store.js'

/** Number and name of a bot, where there are several; its number alone where there is little room. */
export const BotTag = ({ appId, short = false }: { appId: string; short?: boolean }): JSX.Element | null => {
  const bots = view.bots.value
  const index = bots.findIndex((each) => each.appId === appId)
  const name = bots[index]?.name
  return bots.length < 2 || name === undefined ? null : (
    <span class="bot-tag" title={name}>
      {index + 1}
      {short ? <span class="unseen">{name}</span> : ` ${name}`}
    </span>
  )
}
