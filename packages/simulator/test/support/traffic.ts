// A process of its own, so that its memory is that of the platform alone: the simulator with a bot, and people who
// talk all the time. It prints what it is at: `{"url"}` first, then a line for each message on its standard input.
import process from 'node:process'
import { createInterface } from 'node:readline'

import { startSimulator } from '../../src/index.js'
import { png } from './pictures.js'
import { type Heard, startScriptedBot } from './scripted-bot.js'

const [assets = '', perSecond = '50'] = process.argv.slice(2)
const TICK = 100

// What the oracle keeps would fill up for half an hour: the memory has to be flat within minutes.
const sim = await startSimulator({ page: { assets }, oracleLimit: 5_000 })
const picture = png(60, 40).toString('base64')
const answer = async ({ t, text, send, call }: Heard): Promise<void> => {
  const n = Number(text.split(' ')[1])
  const rich = t.startsWith('C2C') || t.startsWith('GROUP')
  if (rich && n % 100 === 0) {
    const { file_info } = await call('POST', 'files', { file_type: 1, file_data: picture })
    await send({ msg_type: 7, media: { file_info } })
  } else if (rich && n % 3 === 0)
    await send({ msg_type: 2, markdown: { content: `# Answer ${n}\n\n**bold** and \`code\`` } })
  else await send({ content: `heard ${text}` })
}
// Once more on a connection that the server had just given up.
const bot = await startScriptedBot(sim, async (heard) => answer(heard).catch(async () => answer(heard)))

// A channel takes five messages of a bot in a second: one of twelve people is in one.
const people = [
  sim.channel('general').user('cat'),
  sim.dm('dan'),
  ...['bob', 'eve', 'fay', 'gus'].map((name) => sim.group('friends').user(name)),
  ...['ann', 'ben', 'ida', 'joe', 'kim', 'leo'].map((name) => sim.user(name)),
]
const started = performance.now()
let said = 0
let answered = 0
let refused = 0
sim.subscribe((entry) => {
  if (entry.kind === 'message' && entry.direction === 'out') answered += 1
  if (entry.kind === 'call' && entry.status >= 400) refused += 1
})
/** Says what is due by now, so that a slow tick loses nothing. */
const talk = setInterval(() => {
  const due = ((performance.now() - started) / 1000) * Number(perSecond)
  for (; said < due; said += 1) people[said % people.length]?.say(`message ${said} of a busy day`)
}, TICK)

process.stdout.write(`${JSON.stringify({ url: sim.url })}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') break
  if (line === 'quiet') clearInterval(talk)
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  process.stdout.write(`${JSON.stringify({ said, answered, refused, heapUsed, rss })}\n`)
}
clearInterval(talk)
await bot.close()
await sim.close()
