import { happen } from '../core/actions/lifecycle.js'
import { pressButton } from '../core/actions/press.js'
import { say } from '../core/actions/say.js'
import type { Bot } from '../core/bot/state.js'
import { revokeTokens } from '../core/bot/tokens.js'
import { publish } from '../core/events/publish.js'
import { applySocketFault } from '../core/gateway/socket-faults.js'
import { addFault, clearFaults, faultOf } from '../core/kernel/fault-matching.js'
import { setSwitch } from '../core/kernel/set-switch.js'
import { splitName } from '../core/places/guilds.js'
import { peerNamed } from '../core/places/peers.js'
import type { Peer } from '../core/places/state.js'
import type { LiveName, LiveSettings } from '../core/rules/live-settings.js'
import type { Scene } from '../core/rules/scene.js'
import type { World } from '../core/world/world.js'
import type { ScenarioAct } from './scenario.js'

/** The conversation of an act and its person; without a name the person has the name of the conversation. */
const whoOf = (
  world: World,
  bot: Bot,
  { scene, peer, person }: { readonly scene: Scene; readonly peer: string; readonly person?: string },
): readonly [peer: Peer, person: string] => [
  peerNamed(world, bot.appId, scene, peer),
  person ?? (scene === 'channel' || scene === 'dm' ? splitName(peer).own : peer),
]

/**
 * Performs an act. With `alone` its faults strike no other bot, and nor do its actions on connections.
 *
 * @throws RangeError when the act is impossible: an unknown button, or a happening that its scene does not have
 */
export const perform = (world: World, bot: Bot, act: ScenarioAct, alone = false): void => {
  switch (act.kind) {
    case 'say': {
      const { mention = true, copies = 1 } = act
      say(world, bot, ...whoOf(world, bot, act), act.text, { at: mention, copies })
      return
    }
    case 'press':
      pressButton(world, bot, ...whoOf(world, bot, act), { button: act.button })
      return
    case 'happen': {
      const [peer, person] = whoOf(world, bot, act)
      happen(world, bot, peer, act.what, person)
      return
    }
    case 'publish':
      publish(world, bot, { t: act.t, d: act.d })
      return
    case 'fault':
      addFault(world, alone ? faultOf(bot.appId, act.fault) : act.fault)
      return
    case 'clear':
      clearFaults(world, act.id)
      return
    case 'now':
      for (const connection of world.connections.values())
        if (!alone || connection.bot === bot.appId) applySocketFault(world, connection, act.action, 'now')
      return
    case 'live':
      setSwitch(world, act.name, act.value as LiveSettings[LiveName])
      return
    case 'forget-sessions':
      for (const id of bot.sessions) world.sessions.delete(id)
      bot.sessions.clear()
      return
    case 'revoke-tokens':
      revokeTokens(bot)
      return
    case 'bot':
      if (act.intents !== undefined) bot.intents = act.intents
      if (act.standing !== undefined) bot.standing = act.standing
      return
  }
}
