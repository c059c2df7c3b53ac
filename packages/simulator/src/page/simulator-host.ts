import type { Clock } from '@qqkit/core'

import { routes } from '../core/calls/routes.js'
import { textOf } from '../core/menu/menu.js'
import type { MenuItem, SubMenuItem } from '../core/menu/state.js'
import { bytesOf } from '../core/messages/contents.js'
import type { SaidAttachment } from '../core/messages/state.js'
import { findPeer, knownPeer } from '../core/places/peers.js'
import type { Peer } from '../core/places/state.js'
import { defaultBot } from '../core/world/bots.js'
import type { World } from '../core/world/world.js'
import type { Person } from '../handles/person.js'
import type { Runtime } from '../runtime/runtime.js'
import { checkScenario } from '../scenarios/check-scenario.js'
import { type IncidentName, incidents } from '../scenarios/incidents/incidents.js'
import type { Playback } from '../scenarios/play.js'
import type { Scenario } from '../scenarios/scenario.js'
import type { Simulator } from '../simulator.js'
import { InputError, type PageHost, type Speaker } from './contract/page-host.js'
import type { PageAct, PageAttachment } from './contract/inputs.js'
import type { PageIncident, PageItem, PagePlace, PageRoom, PageScene } from './contract/wire.js'

const people: Readonly<Record<PageScene, (simulator: Simulator, speaker: Speaker) => Person>> = {
  c2c: (simulator, { room }) => simulator.user(room.name, room.bot),
  group: (simulator, { room, person }) => simulator.group(room.name, room.bot).user(person),
  channel: (simulator, { room, person }) => simulator.channel(room.name, room.bot).user(person),
  dm: (simulator, { room }) => simulator.dm(room.name, room.bot),
}

/** What happens to the bot itself is an act on the group; all else is an act of the person. */
const acts: Readonly<Record<PageAct, (simulator: Simulator, speaker: Speaker, person: Person) => void>> = {
  'member-join': (_simulator, _speaker, person) => person.join(),
  'member-leave': (_simulator, _speaker, person) => person.leave(),
  'invite-bot': (simulator, speaker) => bringBot(simulator, speaker, true),
  'remove-bot': (simulator, speaker) => bringBot(simulator, speaker, false),
  befriend: (_simulator, _speaker, person) => person.befriend(),
  unfriend: (_simulator, _speaker, person) => person.unfriend(),
  allow: (simulator, { room, person: by }, person) =>
    room.scene === 'group' ? simulator.group(room.name, room.bot).allow(by) : person.allow(),
  refuse: (simulator, { room, person: by }, person) =>
    room.scene === 'group' ? simulator.group(room.name, room.bot).refuse(by) : person.refuse(),
  'hear-all': (simulator, { room }) => simulator.group(room.name, room.bot).hearAll(true),
  'hear-mentions': (simulator, { room }) => simulator.group(room.name, room.bot).hearAll(false),
}

const bringBot = (simulator: Simulator, { room, person }: Speaker, into: boolean): void => {
  const handle =
    room.scene === 'group'
      ? simulator.group(room.name, room.bot)
      : simulator.guild(room.name.includes('/') ? room.name.split('/')[0] : undefined, room.bot)
  if (into) handle.addBot(person)
  else handle.removeBot(person)
}

const itemOf = (item: MenuItem | SubMenuItem): PageItem[] => {
  const below = 'sub_menu_items' in item ? (item.sub_menu_items ?? []) : []
  const { name } = item
  if (item.type === 'link') return [{ name, kind: 'link', value: String(item.link) }]
  if (item.type === 'menu') return below.flatMap(itemOf)
  return [{ name, kind: 'text', value: item.type === 'switch' ? name : textOf(item.send_message) }]
}

/** An attachment without its empty fields. */
const attachmentOf = ({ url, content_type, ...rest }: PageAttachment): SaidAttachment => ({
  url,
  content_type,
  ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
})

type Named = Readonly<Record<string, unknown>>

const panelOf = (world: World, room: PageRoom, peer: Peer | undefined): PageItem[] =>
  [...world.panels.values()]
    .filter(
      ({ bot, scope, targets }) =>
        bot === room.bot && scope === room.scene && (targets === null || targets.has(peer?.id ?? '')),
    )
    .flatMap(({ panel }) => panel.items as readonly Named[])
    .map(({ name, type, link }) => ({
      name: String(name),
      kind: type === 'link' ? 'link' : 'text',
      value: type === 'link' ? String(link) : String(name),
    }))

const placeOf = (world: World, room: PageRoom): PagePlace => {
  // A conversation without a message does not exist yet.
  const peer = knownPeer(world, room.bot, room.scene, room.name)
  return {
    present: peer?.present ?? true,
    accepts: peer?.accepts ?? true,
    hearsAll: peer?.hearsAll ?? false,
    menu: room.scene === 'c2c' ? (world.menus.get(room.bot)?.items ?? []).flatMap(itemOf) : [],
    panel: panelOf(world, room, peer),
  }
}

const pageIncidents: readonly PageIncident[] = Object.values(incidents).map(
  ({ name, story, source, steps }) => ({
    name,
    story,
    source,
    length: Math.max(0, ...steps.map(({ at, every = 0, times = 1 }) => at + every * (times - 1))),
  }),
)

/** Gives each running scenario a number. */
const numberPlaybacks = (): ((playback: Playback) => number) => {
  const numbers = new WeakMap<Playback, number>()
  let last = 0
  return (playback) => {
    const number = numbers.get(playback) ?? ++last
    numbers.set(playback, number)
    return number
  }
}

const isManual = (clock: Clock): clock is Clock & { advance(ms: number): Promise<void> } =>
  'advance' in clock && typeof clock.advance === 'function'

/** Moves of a manual clock, one after the other, since each fires timers on its way. */
const mover = (clock: Clock): PageHost['advance'] => {
  if (!isManual(clock)) return null
  let moving = Promise.resolve()
  return (ms) => {
    moving = moving.then(async () => clock.advance(ms))
  }
}

/** Adapts a simulator to the needs of the page. */
export const simulatorHost = (simulator: Simulator, runtime: Runtime): PageHost => {
  const { world } = runtime
  const numberOf = numberPlaybacks()
  const personOf = (speaker: Speaker): Person => people[speaker.room.scene](simulator, speaker)
  return {
    bot: {
      appId: simulator.credentials.appId,
      name: world.bots.get(simulator.credentials.appId)?.name ?? '',
      // A secret that a person chose may also protect something else.
      secret: simulator.credentials.secret === defaultBot.secret ? defaultBot.secret : null,
      baseUrl: simulator.url,
      tokenUrl: simulator.tokenUrl,
    },
    bots: () => [...world.bots.values()].map(({ appId, name }) => ({ appId, name })),
    routes: ['token', ...routes.map(({ name }) => name)],
    now: () => simulator.clock.wall(),
    log: () => simulator.log.entries(),
    subscribe: (listener) => simulator.subscribe(listener),
    say: (speaker, text, { at, quote, files }) => {
      personOf(speaker).say(text, {
        at,
        ...(quote === null ? {} : { quote }),
        ...(files.length === 0 ? {} : { attachments: files.map(attachmentOf) }),
      })
    },
    attach: (bytes, init) => simulator.file(bytes, init),
    content: (key) => {
      const kept = world.contents.get(key)
      return kept ? { type: kept.type, bytes: bytesOf(kept) } : null
    },
    place: (room) => placeOf(world, room),
    nameOf: (bot, scene, id) => findPeer(world, bot, scene, id)?.name ?? null,
    recall: (speaker, message) => personOf(speaker).recall(message),
    react: ({ room, person }, message, emoji, on) => {
      const member = simulator.channel(room.name, room.bot).user(person)
      if (on) member.react(message, emoji)
      else member.unreact(message, emoji)
    },
    act: (speaker, what) => {
      acts[what](simulator, speaker, personOf(speaker))
    },
    choose: (speaker, item) => {
      personOf(speaker).choose(item)
    },
    press: (speaker, message, button) => {
      personOf(speaker).press({ message, button })
    },
    faults: () => simulator.faults.armed(),
    addFault: (spec) => {
      simulator.faults.add(spec)
    },
    strike: (action, connection) => {
      const struck = simulator.faults.now(action, connection === null ? {} : { connection })
      if (struck === 0) throw new InputError('No connection is open.', '没有打开的连接。')
    },
    clearFault: (id) => simulator.faults.clear(id ?? undefined),
    live: simulator.live,
    incidents: pageIncidents,
    play: (scenario) => {
      const known = incidents[scenario as IncidentName] as Scenario | undefined
      simulator.play(known ?? checkScenario(scenario))
    },
    playing: () =>
      simulator.playing().map((playback) => {
        const { name, position, length, paused } = playback
        return { id: numberOf(playback), name, position: Math.round(position), length, paused }
      }),
    control: (id, to) => {
      const playback = simulator.playing().find((each) => numberOf(each) === id)
      playback?.[to]()
      return playback !== undefined
    },
    advance: mover(simulator.clock),
  }
}
