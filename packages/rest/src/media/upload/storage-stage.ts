import type { Judgement } from '../../errors/judge.js'
import type { Situation } from '../../errors/situation.js'
import { pageAddress } from '../../hosts/address.js'
import type { Reading } from '../../http/read-answer.js'
import { attemptStage, type AttemptParts } from '../../pipeline/attempt-stage.js'
import type { LiveNext } from '../../pipeline/call.js'

/** What the storage's answers mean. It knows no codes of the platform; bytes that came broken (400) may come whole. */
const BY_STATUS: Readonly<Record<number, Situation>> = Object.freeze({
  400: 'fault',
  408: 'lost',
  429: 'limited',
})

const judgeStorage = ({ status }: Reading): Judgement | null => {
  if (status >= 200 && status < 300) return null
  const situation = BY_STATUS[status] ?? (status >= 500 ? 'server_error' : 'refused')
  return { situation, facts: null }
}

/** The last stage of parts: at the address that the call names, with nothing of the bot's own in it. */
export const storageStage = (parts: AttemptParts): LiveNext => {
  const attempt = attemptStage(parts, {
    hostOf: (call) => pageAddress(call.path),
    pathOf: (_call, host) => host.path,
    lineTo: () => undefined,
    unreachable: () => {},
    judge: judgeStorage,
  })
  return (call) => attempt(call, null)
}
