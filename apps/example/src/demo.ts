import { stderrSink, type BotOptions } from '@qqkit/bot'
import { startSimulator, type LogEntry } from '@qqkit/simulator'

import { textsFor } from './texts.js'

type LogSink = Exclude<BotOptions['log'], false | undefined>
type Simulator = Awaited<ReturnType<typeof startSimulator>>
type MessageEntry = Extract<LogEntry, { readonly kind: 'message' }>

/** Reply window in ms: short, so that /slow shows a late reply within seconds. */
const REPLY_WINDOW = 2000

/** ms that /slow thinks in the demonstration: longer than the window. */
export const DEMO_THINKING_TIME = 3000

/** Warnings and errors on stderr, except the one that the conversation shows anyway: it also shows that the bot is ready. */
export const demoLog = (): LogSink => {
  const usual = stderrSink({ level: 'warn' })
  return (record) => {
    if (record.event !== 'rest.fallback') usual(record)
  }
}

/**
 * Starts a QQ platform on this machine, with its page.
 *
 * @throws Error that names the variable to change when the port is taken
 */
export const startPlatform = async (port: number): Promise<Simulator> => {
  const window = { ms: REPLY_WINDOW }
  try {
    return await startSimulator({
      port,
      windows: { c2c: window, group: window, channel: window, dm: window },
    })
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    throw new Error(`${what}. ${textsFor().otherPort}`, {
      cause: error,
    })
  }
}

const line = (who: string, what: string): string => `  ${who.padEnd(8)} ${what}`

/** A message as a line of the conversation. */
const formatMessage = ({ direction, author, scene, peer, content, replyTo }: MessageEntry): string => {
  const where = scene === 'c2c' || scene === 'dm' ? '' : ` (in ${peer})`
  if (direction === 'in') return line(author, content + where)
  const late = replyTo === null ? textsFor().late : ''
  return line('bot', content + where + late)
}

/** A complete message: a growing one is `streaming` until its end. */
const isWhole = (entry: LogEntry): entry is MessageEntry =>
  entry.kind === 'message' && (entry.change === 'sent' || entry.change === 'streamed')

/** Prints every message, those typed in the page too. Returns a function that stops it. */
export const printMessages = (simulator: Simulator, print: (line: string) => void): (() => void) =>
  simulator.subscribe((entry) => {
    if (isWhole(entry)) print(formatMessage(entry))
  })

/** Waits for the next log entry of the platform that fits. */
const until = async (
  simulator: Simulator,
  signal: AbortSignal,
  fits: (entry: LogEntry) => boolean,
): Promise<LogEntry> =>
  new Promise((resolve, reject) => {
    const unsubscribe = simulator.subscribe((entry) => {
      if (!fits(entry)) return
      unsubscribe()
      signal.removeEventListener('abort', onAbort)
      resolve(entry)
    })
    const onAbort = (): void => {
      unsubscribe()
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', onAbort, { once: true })
  })

const isAnswer = (entry: LogEntry): entry is MessageEntry => isWhole(entry) && entry.direction === 'out'

/** Resolves when the bot has connected to the platform. */
export const connected = async (simulator: Simulator, signal: AbortSignal): Promise<void> => {
  await until(simulator, signal, (entry) => entry.kind === 'session' && entry.change === 'created')
}

/** Ann talks to the bot: each message after the answer to the one before. */
export const playConversation = async (
  simulator: Simulator,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const ann = simulator.user('ann')
  const answered = async (act: () => unknown): Promise<MessageEntry> => {
    const answer = until(simulator, signal, isAnswer)
    act()
    return (await answer) as MessageEntry
  }
  await answered(() => ann.say('/ping'))
  const offer = await answered(() => ann.say('/tea'))
  await answered(() => {
    print(line('ann', '[Yes]'))
    ann.press({ button: 'Yes', message: offer.id })
  })
  await answered(() => ann.say('/story'))
  await answered(() => ann.say('/slow'))
  await until(simulator, signal, isAnswer)
}
