import { addFault, clearFaults } from '../core/fault-matching.js'
import { applySocketFault } from '../core/gateway/socket-faults.js'
import { splitName } from '../core/guild/guilds.js'
import { peerNamed } from '../core/people/peers.js'
import { say } from '../core/people/say.js'
import { revokeTokens } from '../core/token/tokens.js'
import type { Bot, World } from '../core/world.js'
import type { ScenarioAct } from './scenario.js'

/** Lets an act happen. */
export const perform = (world: World, bot: Bot, act: ScenarioAct): void => {
  switch (act.kind) {
    case 'say': {
      const peer = peerNamed(world, bot.appId, act.scene, act.peer)
      say(
        world,
        bot,
        peer,
        act.person ?? splitName(act.peer).own,
        act.text,
        act.copies === undefined ? {} : { copies: act.copies },
      )
      return
    }
    case 'fault':
      addFault(world, act.fault)
      return
    case 'clear':
      clearFaults(world, act.id)
      return
    case 'now':
      for (const connection of world.connections.values())
        applySocketFault(world, connection, act.action, 'now')
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
