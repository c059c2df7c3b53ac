import {
  type BlacklistedUser,
  type BlacklistPage,
  type CursorAnswer,
  groupLimits,
  type GroupMember,
  type GroupMemberPage,
  type Guild,
  guildLimits,
  type GuildMember,
  type GuildMessagePayload,
  type GuildUser,
  type JoinRequest,
  type JoinRequestPage,
  type JoinStrategy,
  type JoinStrategyPage,
  menuLimits,
  type OldGroupMember,
  type OldGroupMembersAnswer,
  type PanelPage,
  type PanelRecord,
  type ReactionUsers,
  type RoleMemberPage,
} from '@qqkit/protocol'

import type { Page, Paging } from './read-pages.js'

type Ends = { readonly is_end?: boolean }

/**
 * The platform's cursor. It is empty at the end, unless the answer says that the list continues (§5.8, §5.9, §5.10).
 */
const cursorOr = (cursor: string | undefined, isEnd: boolean | undefined): string | null => {
  if (isEnd === true) return null
  return cursor === undefined || cursor === '' ? (isEnd === false ? '' : null) : cursor
}

const byCursor = <Answer extends CursorAnswer & Ends, Item>(
  items: (answer: Answer) => readonly Item[],
  limit?: number,
): Paging<Answer, Item> => ({
  at: 'cursor',
  ...(limit !== undefined && { limit }),
  items,
  next: ({ answer }) => cursorOr(answer.next_cursor, answer.is_end),
})

/** Continues after the last item of the page. A page with only the item that it began after is the end as well. */
const beside =
  <Item>(id: (item: Item) => string | undefined): Paging<unknown, Item>['next'] =>
  ({ items, cursor }: Page<unknown, Item>) => {
    const last = items.at(-1)
    if (last === undefined || (cursor !== undefined && items.every((item) => id(item) === cursor)))
      return null
    return id(last) ?? ''
  }

const memberId = (member: GuildMember): string | undefined => member.user?.id
const guildId = (guild: Guild): string => guild.id
const messageId = (message: GuildMessagePayload): string => message.id

/** Guilds of the bot, after the last one (§5.1). */
export const guildPaging: Paging<readonly Guild[], Guild> = {
  at: 'after',
  limit: guildLimits.guildPage,
  items: (answer) => answer,
  next: beside(guildId),
  id: guildId,
}

/** Members of a guild, after the last one until a page is empty; repeats are possible (§5.11). */
export const guildMemberPaging: Paging<readonly GuildMember[], GuildMember> = {
  at: 'after',
  first: '0',
  limit: guildLimits.memberPage,
  items: (answer) => answer,
  next: beside(memberId),
  id: memberId,
}

/** Members with a role (§5.11). */
export const roleMemberPaging: Paging<RoleMemberPage, GuildMember> = {
  at: 'start_index',
  first: '0',
  limit: guildLimits.memberPage,
  items: (answer) => answer.data,
  next: ({ answer, items }) =>
    items.length === 0 || answer.next === '' || answer.next === '0' ? null : (answer.next ?? null),
  id: memberId,
}

const timeOf = ({ timestamp, seq_in_channel: seq }: GuildMessagePayload): readonly [number, number] => [
  Date.parse(timestamp),
  Number(seq ?? 0),
]

/** From old to new (`sign` 1) or from new to old (-1); the order within a page is not documented (§5.10). */
const inOrder = (messages: readonly GuildMessagePayload[], sign: 1 | -1): readonly GuildMessagePayload[] =>
  messages.toSorted((a, b) => {
    const [[aTime, aSeq], [bTime, bSeq]] = [timeOf(a), timeOf(b)]
    return sign * (aTime - bTime || aSeq - bSeq)
  })

const messagePaging = (
  at: 'before' | 'after',
  sign: 1 | -1,
): Paging<readonly GuildMessagePayload[], GuildMessagePayload> => ({
  at,
  limit: guildLimits.messagePage,
  items: (answer) => (Array.isArray(answer) ? inOrder(answer, sign) : []),
  next: beside(messageId),
  id: messageId,
})

/** Messages of a channel, from new to old (§5.10). */
export const olderMessagePaging: Paging<readonly GuildMessagePayload[], GuildMessagePayload> = messagePaging(
  'before',
  -1,
)

/** Messages of a channel, from old to new (§5.10). */
export const newerMessagePaging: Paging<readonly GuildMessagePayload[], GuildMessagePayload> = messagePaging(
  'after',
  1,
)

/** Who reacted (§5.10). */
export const reactionPaging: Paging<ReactionUsers, GuildUser> = {
  at: 'cookie',
  limit: guildLimits.reactionPage,
  limitOnce: true,
  items: (answer) => answer.users,
  next: ({ answer }) => cursorOr(answer.cookie, answer.is_end),
}

/** Members of a group; the platform sets the page size (§5.8). */
export const groupMemberPaging: Paging<GroupMemberPage, GroupMember> = byCursor((answer) => answer.members)

/** Members of a group, the older way (§5.8). Its end is not documented: an empty page, or no cursor. */
export const oldGroupMemberPaging: Paging<OldGroupMembersAnswer, OldGroupMember> = {
  at: 'start_index',
  place: 'body',
  first: 0,
  limit: groupLimits.oldMemberPage,
  items: (answer) => answer.members,
  next: ({ answer, items }) => (items.length === 0 || !answer.next_index ? null : answer.next_index),
}

/** The blacklist of a group (§5.8). */
export const blacklistPaging: Paging<BlacklistPage, BlacklistedUser> = byCursor(
  (answer) => answer.users,
  groupLimits.blacklistPage,
)

/** Applications to join a group (§5.8). */
export const joinRequestPaging: Paging<JoinRequestPage, JoinRequest> = byCursor(
  (answer) => answer.list,
  groupLimits.joinRequestPage,
)

/** Strategies of the bot (§5.8). */
export const joinStrategyPaging: Paging<JoinStrategyPage, JoinStrategy> = byCursor(
  (answer) => answer.strategies,
  groupLimits.strategyPage,
)

/** Panels of a scope (§5.9). */
export const panelPaging: Paging<PanelPage, PanelRecord> = byCursor(
  (answer) => answer.records,
  menuLimits.panelPage,
)
