import type { Language } from '@qqkit/core/internal'

import { ImpossibleError } from '../core/kernel/impossible.js'
import { kindOfAttachment } from '../core/messages/contents.js'
import type { SaidAttachment } from '../core/messages/state.js'
import {
  stepsOf,
  type RecordedFile,
  type RecordedHappening,
  type RecordedMessage,
  type RecordedReply,
  type RecordedTurn,
  type Recording,
} from '../recordings/recording.js'
import type { Reply } from '../recordings/reply.js'
import type { GroupHandle } from '../handles/group.js'
import type { GuildHandle } from '../handles/guild.js'
import type { Simulator } from '../simulator.js'
import { Desk } from '../testing/desk.js'
import { DeskError } from '../testing/desk-error.js'
import type { DeskPerson } from '../testing/people.js'
import type { ReplyShape } from '../testing/expected.js'
import type { Turn } from '../testing/turn.js'

const personOf = (desk: Desk, { scene, peer, person }: RecordedTurn): DeskPerson => {
  if (scene === 'c2c') return desk.user(peer)
  if (scene === 'dm') return desk.dm(peer)
  return desk[scene](peer).user(person)
}

/** The id of a message that an act names; `undefined` when it was not played. */
type QuotedId = (message: RecordedMessage) => string | undefined

type Happen = (sim: Simulator, turn: RecordedTurn, person: DeskPerson) => Turn

const happenings: Readonly<Record<RecordedHappening, Happen>> = {
  befriend: (_sim, _turn, person) => person.befriend(),
  unfriend: (_sim, _turn, person) => person.does(() => person.person.unfriend()),
  join: (_sim, _turn, person) => person.join(),
  leave: (_sim, _turn, person) => person.leave(),
  allow: (sim, turn, person) => person.does(() => permitting(sim, turn).allow(turn.person)),
  refuse: (sim, turn, person) => person.does(() => permitting(sim, turn).refuse(turn.person)),
  addBot: (sim, turn, person) => person.does(() => housing(sim, turn).addBot(turn.person)),
  removeBot: (sim, turn, person) => person.does(() => housing(sim, turn).removeBot(turn.person)),
}

interface Permitting {
  allow(by: string): string
  refuse(by: string): string
}

const permitting = (sim: Simulator, { scene, peer }: RecordedTurn): Permitting =>
  scene === 'group' ? sim.group(peer) : sim.user(peer)

const housing = (sim: Simulator, { scene, peer }: RecordedTurn): GroupHandle | GuildHandle =>
  scene === 'group' ? sim.group(peer) : sim.guild(peer.includes('/') ? peer.split('/')[0] : undefined)

const fileAs = (sim: Simulator, { data, ...file }: RecordedFile): SaidAttachment =>
  data === undefined
    ? file
    : sim.file(Buffer.from(data, 'base64'), {
        name: file.filename ?? '',
        kind: kindOfAttachment(file.content_type),
      })

const actAs = (sim: Simulator, person: DeskPerson, turn: RecordedTurn, quotedId: QuotedId): Turn => {
  const { act } = turn
  if (act.kind === 'press') return person.press(act.button)
  if (act.kind === 'recall') return person.does(() => person.person.recall(quotedId(act.message) ?? ''))
  if ('emoji' in act) {
    const reactor = sim.channel(turn.peer).user(turn.person)
    return person.does(() => reactor[act.kind](quotedId(act.message) ?? '', act.emoji))
  }
  if (act.kind !== 'say') return happenings[act.kind](sim, turn, person)
  const quote = act.quote && quotedId(act.quote)
  return person.say(act.text, {
    ...(act.mention === false ? { at: false } : {}),
    ...(act.files ? { attachments: act.files.map((file) => fileAs(sim, file)) } : {}),
    ...(quote === undefined ? {} : { quote }),
  })
}

const expectedOf = ({ after: _after, since: _since, ...shape }: RecordedReply): string | ReplyShape =>
  shape.content !== undefined && Object.keys(shape).length === 1 ? shape.content : shape

/** ms beyond the time that a reply took when it was recorded. */
const PATIENCE = 3_000

/** A turn of a replay. */
interface Played {
  /** `null` when it could not be played, such as a press without its button. */
  turn: Turn | null
  readonly replies: Reply[]
  readonly differences: string[]
}

/** Tries a step, and keeps why it differs. */
const tryStep = async (played: Played, language: Language, step: () => Promise<void>): Promise<void> => {
  try {
    await step()
  } catch (error) {
    if (!(error instanceof DeskError || error instanceof ImpossibleError)) throw error
    const inChinese = error instanceof ImpossibleError && language === 'zh'
    played.differences.push(inChinese ? error.zh : error.message)
  }
}

/**
 * Plays a recording again: people do what they did, each after the replies that came before.
 *
 * @param onTurn called at the end of each turn with its differences, as reports; an empty list when all replies were the same
 * @returns the number of turns with differences
 */
export const replay = async (
  sim: Simulator,
  recording: Recording,
  language: Language,
  onTurn: (turn: RecordedTurn, differences: readonly string[]) => void = () => {},
): Promise<number> => {
  const bot = { start: () => {}, stop: () => {} }
  const { credentials } = sim
  const nothing = async (): Promise<void> => {}
  const init = { closeSimulator: nothing, credentials, options: {}, records: [], language }
  const desk = new Desk(sim, { bot, stop: nothing }, init)
  const all = recording.turns.map((): Played => ({ turn: null, replies: [], differences: [] }))
  const quotedId: QuotedId = ({ turn, reply }) =>
    reply === undefined ? all[turn]?.turn?.ids[0] : all[turn]?.replies[reply]?.entry.id
  try {
    for (const { turn: number, reply } of stepsOf(recording)) {
      const turn = recording.turns[number]
      const played = all[number]
      if (!turn || !played) continue
      await tryStep(played, language, async () => {
        const expected = reply === null ? null : turn.replies[reply]
        if (!expected) {
          if (turn.act.kind === 'say' && turn.scene === 'group')
            sim.group(turn.peer).hearAll(turn.act.hearsAll === true)
          played.turn = actAs(sim, personOf(desk, turn), turn, quotedId)
          if (turn.replies.length === 0) await played.turn.expectNothing()
        } else if (played.turn && played.differences.length === 0) {
          const timeout = expected.after * 2 + PATIENCE
          played.replies.push(await played.turn.expect(expectedOf(expected), { timeout }))
        }
      })
      if ((reply ?? -1) + 1 === turn.replies.length) onTurn(turn, played.differences)
    }
  } finally {
    await desk.close()
  }
  return all.filter(({ differences }) => differences.length > 0).length
}
