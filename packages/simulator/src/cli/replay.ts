import type { RecordedReply, RecordedTurn, Recording } from '../recordings/recording.js'
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

const actAs = (person: DeskPerson, { act }: RecordedTurn): Turn => {
  if (act.kind === 'press') return person.press(act.button)
  const attachments = (act.files ?? []).map((url) => ({ url, content_type: 'image/png' }))
  return person.say(act.text, {
    ...(act.mention === false ? { at: false } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
  })
}

const expectedOf = ({ after: _after, ...shape }: RecordedReply): string | ReplyShape =>
  shape.content !== undefined && Object.keys(shape).length === 1 ? shape.content : shape

/** ms beyond the time that a reply took when it was recorded. */
const PATIENCE = 3_000

/** The differences of one turn, as reports. */
const differencesOf = async (desk: Desk, turn: RecordedTurn): Promise<readonly string[]> => {
  try {
    const played = actAs(personOf(desk, turn), turn)
    if (turn.replies.length === 0) await played.expectNothing()
    for (const reply of turn.replies)
      await played.expect(expectedOf(reply), { timeout: reply.after * 2 + PATIENCE })
    return []
  } catch (error) {
    // A press without its button, too: the bot did not send it this time.
    if (error instanceof DeskError || error instanceof RangeError) return [error.message]
    throw error
  }
}

/**
 * Plays a recording again: people do what they did, each after the replies to the turn before.
 *
 * @param onTurn called after each turn with its differences, as reports; an empty list when all replies were the same
 * @returns the number of turns with differences
 */
export const replay = async (
  sim: Simulator,
  { turns }: Recording,
  onTurn: (turn: RecordedTurn, differences: readonly string[]) => void = () => {},
): Promise<number> => {
  const bot = { start: () => {}, stop: () => {} }
  const { appId } = sim.credentials
  const nothing = async (): Promise<void> => {}
  const init = { closeSimulator: nothing, appId, options: {}, records: [] }
  const desk = new Desk(sim, { bot, stop: nothing }, init)
  let failed = 0
  try {
    for (const turn of turns) {
      const differences = await differencesOf(desk, turn)
      if (differences.length > 0) failed += 1
      onTurn(turn, differences)
    }
  } finally {
    await desk.close()
  }
  return failed
}
