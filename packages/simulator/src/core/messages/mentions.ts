import { groupOf } from '../group/group.js'
import type { Peer, World } from '../world.js'

/** Mentions of people, in the forms that are in use (§5.12). */
const MENTION = /<@!?([^>\s]{1,64})>|<qqbot-at-user\s+id="([^"]{1,64})"\s*\/>/g

/** Name of a person by the id that mentions use. */
const nameOf = (world: World, peer: Peer, id: string): string | undefined =>
  peer.scene === 'group' ? groupOf(world, peer).known.get(id) : peer.id === id ? peer.name : undefined

/** A plain text of C2C or a group as people see it: mentions are their markup there, unless switched (§5.12). */
export const withMentions = (world: World, peer: Peer, text: string): string => {
  if (world.live.mentionInText === 'shown_as_text') return text
  return text.replaceAll(MENTION, (whole, plain: string | undefined, tag: string | undefined) => {
    const name = nameOf(world, peer, plain ?? tag ?? '')
    return name === undefined ? whole : `@${name}`
  })
}
