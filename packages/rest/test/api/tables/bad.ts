import { ManualClock } from '@qqkit/core/testing'
import type { GroupMuteRequest } from '@qqkit/protocol'

import type { Rest } from '../../../src/index.js'

/** A wrong call: [what is wrong, call, path, limit]. What the types refuse is cast: plain JavaScript comes without them. */
export type Bad = readonly [
  what: string,
  call: (api: Rest['api']) => Promise<unknown>,
  path: string,
  limit: number | null,
]

export const DAY = 86_400_000
/** What the bench's clock says. */
const now = new ManualClock().wall()

export const repeat = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)
export const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `id-${index}`)

export const panelItem = { name: '/help', type: 'command' } as const
export const menuItem = { name: 'Help', type: 'send_message' } as const
export const mute = (member: string, days: number): GroupMuteRequest => ({
  members: [{ op: 'add', member_openid: member, mute_expire_at: new Date(now + days * DAY).toISOString() }],
})
