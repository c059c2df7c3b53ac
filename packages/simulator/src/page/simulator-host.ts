import { routes } from '../core/calls/routes.js'
import { defaultBot } from '../core/world/bots.js'
import type { Person } from '../handles/person.js'
import type { Simulator } from '../simulator.js'
import { InputError, type PageHost } from './contract/page-host.js'
import type { PageScene } from './contract/wire.js'

const people: Readonly<Record<PageScene, (simulator: Simulator, room: string, person: string) => Person>> = {
  c2c: (simulator, room) => simulator.user(room),
  group: (simulator, room, person) => simulator.group(room).user(person),
  channel: (simulator, room, person) => simulator.channel(room).user(person),
  dm: (simulator, room) => simulator.dm(room),
}

/** Adapts a simulator to the needs of the page. */
export const simulatorHost = (simulator: Simulator): PageHost => ({
  bot: {
    appId: simulator.credentials.appId,
    // A secret that a person chose may also protect something else.
    secret: simulator.credentials.secret === defaultBot.secret ? defaultBot.secret : null,
    baseUrl: simulator.url,
    tokenUrl: simulator.tokenUrl,
  },
  routes: ['token', ...routes.map(({ name }) => name)],
  now: () => simulator.clock.wall(),
  log: () => simulator.log.entries(),
  subscribe: (listener) => simulator.subscribe(listener),
  say: (scene, room, person, text) => {
    people[scene](simulator, room, person).say(text)
  },
  press: (scene, room, person, message, button) =>
    people[scene](simulator, room, person).press({ message, button }).id,
  faults: () => simulator.faults.armed(),
  addFault: (spec) => {
    simulator.faults.add(spec)
  },
  strike: (action, connection) => {
    const struck = simulator.faults.now(action, connection === null ? {} : { connection })
    if (struck === 0) throw new InputError('No connection is open.')
  },
  clearFault: (id) => simulator.faults.clear(id ?? undefined),
  live: simulator.live,
})
