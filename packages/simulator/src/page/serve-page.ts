import { systemClock, type Clock } from '@qqkit/core'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'

import { serveAsset, serveIndex } from './assets.js'
import { createBroadcast, eventText } from './broadcast.js'
import type { PageHost } from './contract/page-host.js'
import type { PageLine, PageRows, PageSnapshot, PageUpdate } from './contract/wire.js'
import { handleInput } from './controls/handle-input.js'
import { pageSwitches } from './controls/page-switches.js'
import { pageFaults, pageOffers } from './controls/present-fault.js'
import { guardPage } from './guard.js'
import { serveConversation } from './log-files/conversation-file.js'
import { serveLogFile, takeLogFile } from './log-files/log-file.js'
import { serveMedia, takeMedia } from './media.js'
import { createOutput } from './output.js'
import { logRows } from './view/log-rows.js'
import { createPageView } from './view/page-view.js'

/** Time in which changes are collected before they are sent together, in ms. */
const GATHER = 50
/** Time between two looks at what the log does not tell, while a browser is open, in ms. */
const LOOK = 1000
/** Largest input, and largest file of a person, in bytes. */
const INPUT_LIMIT = 64 * 1024
const FILE_LIMIT = 20 * 1024 * 1024
/** Largest log that is read from a file: twice what the simulator keeps, since JSON escapes. */
const LOG_LIMIT = 128 * 1024 * 1024

/** The part of the state that the log does not tell. */
type Standing = Required<Pick<PageUpdate, 'faults' | 'switches' | 'places' | 'bots' | 'playing' | 'clock'>>

/** Options of the page's server. */
export interface PageOptions {
  /** Folder with the built page. */
  readonly assets: string
  /** Whether the server listens on this machine only. */
  readonly loopbackOnly: boolean
  /** Times the feed; default the real clock, since a person watches it. */
  readonly clock?: Clock
}

/** The served page. */
export interface Page {
  /** Answers requests for `/`, `/favicon.ico` and everything below `/_sim/`. */
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** Shows the output of a program. */
  readonly show: (text: string, from: PageLine['from']) => void
  /** Ends all feeds and timers. */
  close(): void
}

/**
 * Serves the chat page: the page at `/`, its files, feed and inputs under `/_sim/`. It follows the log only from the
 * first opening of the page.
 */
export const servePage = (host: PageHost, options: PageOptions): Page => {
  const clock = options.clock ?? systemClock
  const broadcast = createBroadcast()
  const view = createPageView(host.bot.appId, (bot, scene, id) => host.nameOf(bot, scene, id))
  const output = createOutput()
  let stopFollowing: (() => void) | null = null
  let cancelFlush: (() => void) | null = null
  let cancelLook: (() => void) | null = null
  let shown: Readonly<Record<string, string>> = {}
  let counted = 0

  /** What the log does not tell. */
  const standing = (): Standing => ({
    faults: pageFaults(host.faults(), view.faultHistory),
    switches: pageSwitches(host.live),
    places: Object.fromEntries(view.rooms.map((room) => [room.id, host.place(room)])),
    bots: host.bots(),
    playing: host.playing(),
    clock: host.advance === null ? null : host.now(),
  })

  const flush = (): void => {
    cancelFlush?.()
    cancelFlush = null
    const parts = Object.entries(standing())
    const now = Object.fromEntries(parts.map(([name, part]) => [name, JSON.stringify(part)]))
    const update: Omit<PageUpdate, 'now'> = {
      ...view.takeChanges(),
      ...output.takeChanges(),
      ...(Object.fromEntries(parts.filter(([name]) => now[name] !== shown[name])) as Partial<Standing>),
    }
    shown = now
    if (Object.keys(update).length === 0) return
    if (broadcast.size > 0)
      broadcast.send(eventText('update', { now: host.now(), ...update } satisfies PageUpdate))
  }

  const soon = (): void => {
    cancelFlush ??= clock.setTimer(GATHER, flush)
  }

  const look = (): void => {
    cancelLook ??= clock.setTimer(LOOK, () => {
      cancelLook = null
      if (broadcast.size === 0) return
      flush()
      look()
    })
  }

  const follow = (): void => {
    if (stopFollowing) return
    for (const entry of host.log()) view.apply(entry)
    stopFollowing = host.subscribe((entry) => {
      view.apply(entry)
      soon()
    })
  }

  const snapshot = (): string => {
    flush()
    const whole: PageSnapshot = {
      version: 1,
      now: host.now(),
      bot: host.bot,
      ...view.whole(),
      output: output.whole(),
      ...standing(),
      offers: pageOffers(),
      routes: host.routes,
      incidents: host.incidents,
    }
    return eventText('snapshot', whole)
  }

  const app = new Hono()
  const guard = guardPage(options.loopbackOnly)
  app.use(guard)
  app.use('/_sim/media', bodyLimit({ maxSize: FILE_LIMIT }))
  app.post('/_sim/*', bodyLimit({ maxSize: INPUT_LIMIT }))
  app.get('/', async () => serveIndex(options.assets))
  app.get('/favicon.ico', async () => serveAsset(options.assets, 'favicon.svg'))
  app.get('/_sim/events', () => {
    follow()
    look()
    return broadcast.open(snapshot)
  })
  app.get('/_sim/media/:key', (context) =>
    serveMedia(host, context.req.param('key'), context.req.header('range')),
  )
  // A browser asks before it sends a PUT for a foreign site, and gets no permission.
  app.put('/_sim/media', async (context) => takeMedia(host, context.req.query(), context.req.raw))
  app.get('/_sim/timeline', () => {
    follow()
    return Response.json(view.timeline(host.now()))
  })
  app.get('/_sim/log', (context) => serveLogFile(host, context.req.query()))
  app.get('/_sim/conversation', (context) => {
    follow()
    return serveConversation(host, view.room(context.req.query('room') ?? ''), context.req.query())
  })
  app.get('/_sim/rows', () => Response.json(logRows(host.log(), host.bot.appId) satisfies PageRows))
  app.put('/_sim/rows', bodyLimit({ maxSize: LOG_LIMIT }), async (context) => takeLogFile(context.req.raw))
  app.post('/_sim/:input', async (context) => {
    follow()
    const target = { host, view, count: () => ++counted }
    const response = await handleInput(target, context.req.param('input'), context.req.raw)
    soon()
    return response
  })
  app.get('/_sim/:file{.+}', async (context) => serveAsset(options.assets, context.req.param('file')))

  return {
    fetch: (request) => app.fetch(request),
    show: (text, from) => {
      output.add(text, from, host.now())
      if (broadcast.size > 0) soon()
    },
    close: () => {
      stopFollowing?.()
      cancelFlush?.()
      cancelLook?.()
      broadcast.close()
    },
  }
}
