import type { RecordedReply, RecordedTurn, Recording } from './recording.js'

/** How the test file of a recording is written. */
export interface TestFileOptions {
  /** The test runner; default `'vitest'`. */
  readonly runner?: 'vitest' | 'node:test'
  /** The module that exports `createBot`, a function from options to the bot; default `'./bot.js'`. */
  readonly bot?: string
  /** The title of the test. */
  readonly title?: string
}

const quote = (text: string): string =>
  `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`

const list = (texts: readonly string[]): string => `[${texts.map(quote).join(', ')}]`

/** A person as an expression of the desk. */
const personOf = ({ scene, peer, person }: RecordedTurn): string => {
  if (scene === 'c2c') return `desk.user(${quote(peer)})`
  if (scene === 'dm') return `desk.dm(${quote(peer)})`
  return `desk.${scene}(${quote(peer)}).user(${quote(person)})`
}

const actOf = ({ act }: RecordedTurn): string => {
  if (act.kind === 'press') return `press(${quote(act.button)})`
  const files = (act.files ?? []).map((url) => `{ url: ${quote(url)}, content_type: 'image/png' }`)
  const options = [
    ...(act.mention === false ? ['at: false'] : []),
    ...(files.length > 0 ? [`attachments: [${files.join(', ')}]`] : []),
  ]
  return `say(${quote(act.text)}${options.length > 0 ? `, { ${options.join(', ')} }` : ''})`
}

/** ms that the kit waits anyway; a slower reply is waited for twice as long as it took. */
const PATIENCE = 2_000

const expectationOf = ({ after, content, buttons, media, streamed }: RecordedReply): string => {
  const fields = [
    // The kind stands for the text of a message without one.
    ...(content === undefined || (media && content === '[media]') ? [] : [`content: ${quote(content)}`]),
    ...(buttons ? [`buttons: ${list(buttons)}`] : []),
    ...(media ? [`media: ${quote(media)}`] : []),
    ...(streamed ? ['streamed: true'] : []),
  ]
  const alone = fields.length === 1 && content !== undefined && !media
  const expected = fields.length === 0 ? 'undefined' : alone ? quote(content) : `{ ${fields.join(', ')} }`
  const options = after > PATIENCE ? `, { timeout: ${after * 2} }` : ''
  return `expect(${expected === 'undefined' && options === '' ? '' : expected}${options})`
}

const linesOf = (turn: RecordedTurn, number: number): readonly string[] => {
  const act = `${personOf(turn)}.${actOf(turn)}`
  const [first, ...others] = turn.replies
  if (!first) return [`await ${act}.expectNothing()`]
  if (others.length === 0) return [`await ${act}.${expectationOf(first)}`]
  const name = `turn${number}`
  return [`const ${name} = ${act}`, ...turn.replies.map((reply) => `await ${name}.${expectationOf(reply)}`)]
}

/**
 * A recording as a test file, which passes with the bot that was recorded.
 *
 * @example
 *   writeFileSync('conversation.test.ts', testFileOf(recordingOf(sim.log.entries())))
 */
export const testFileOf = (
  { turns }: Recording,
  {
    runner = 'vitest',
    bot = './bot.js',
    title = 'answers as it did when it was recorded',
  }: TestFileOptions = {},
): string => {
  const body = turns.flatMap((turn, index) => linesOf(turn, index + 1))
  return `import { startDesk } from '@qqkit/simulator/testing'
import { it } from ${quote(runner)}

// A function that creates the bot with the options it gets.
import { createBot } from ${quote(bot)}

it(${quote(title)}, async () => {
  const desk = await startDesk(createBot)
  try {
${body.map((line) => `    ${line}\n`).join('')}  } finally {
    await desk.close()
  }
})
`
}
