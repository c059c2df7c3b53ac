import { revokeTokens } from '../core/bot/tokens.js'
import { applySocketFault } from '../core/gateway/socket-faults.js'
import { addFault, clearFaults } from '../core/kernel/fault-matching.js'
import type { FaultSpec, SocketAction } from '../core/kernel/faults.js'
import type { Runtime } from '../runtime/runtime.js'
import { checkFault, checkSocketAction } from './check-fault.js'

/** A selection of connections; a field that is left out matches all. */
export interface ConnectionFilter {
  readonly connection?: number
  /** AppID. */
  readonly bot?: string
}

/** Breaks the platform on purpose: at once, or on the next occasion. */
export class Faults {
  readonly #runtime: Runtime

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /**
   * Arms a fault. Returns its id.
   *
   * @example
   *   const id = sim.faults.add({ on: 'call', match: { route: 'send' }, do: { kind: 'hang' }, times: 2 })
   *   sim.faults.clear(id)
   *
   * @throws OptionsError when it is malformed
   */
  add(spec: FaultSpec): string {
    const checked = checkFault(spec)
    return this.#runtime.act((world) => addFault(world, checked))
  }

  /** Clears one armed fault, or all. */
  clear(id?: string): void {
    this.#runtime.act((world) => clearFaults(world, id))
  }

  /** The armed faults, with their remaining strikes. */
  armed(): readonly { readonly id: string; readonly spec: FaultSpec; readonly left: number }[] {
    return [...this.#runtime.world.faults.values()].map(({ id, spec, left }) => ({ id, spec, left }))
  }

  /** Applies an action to open connections at once. Returns the number of connections. */
  now(action: SocketAction, choice: ConnectionFilter = {}): number {
    checkSocketAction(action)
    return this.#runtime.act((world) => {
      const chosen = [...world.connections.values()].filter(
        ({ id, bot, state }) =>
          state === 'open' &&
          (choice.connection === undefined || choice.connection === id) &&
          (choice.bot === undefined || choice.bot === bot),
      )
      for (const connection of chosen) applySocketFault(world, connection, action, 'now')
      return chosen.length
    })
  }

  /** Ends connections without a close frame; clients see 1006. */
  dropConnections(choice?: ConnectionFilter): number {
    return this.now({ kind: 'drop' }, choice)
  }

  /** Tears connections down with RST. */
  resetConnections(choice?: ConnectionFilter): number {
    return this.now({ kind: 'reset' }, choice)
  }

  /** Makes connections half-open: frames are lost in both directions, and no side notices. */
  halfOpen(choice?: ConnectionFilter): number {
    return this.now({ kind: 'half-open' }, choice)
  }

  /**
   * Closes connections with a code
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-7 §3.7}).
   */
  close(code: number, reason = '', choice?: ConnectionFilter): number {
    return this.now({ kind: 'close', code, reason }, choice)
  }

  /** Sends op 7, optionally followed by the platform's own close. */
  reconnect(
    options: { readonly thenClose?: number; readonly after?: number } & ConnectionFilter = {},
  ): number {
    const { thenClose, after, ...choice } = options
    return this.now(
      {
        kind: 'reconnect',
        ...(thenClose === undefined ? {} : { thenClose }),
        ...(after === undefined ? {} : { after }),
      },
      choice,
    )
  }

  /** Sends op 9 with this `d`. */
  invalidSession(d: unknown = false, choice?: ConnectionFilter): number {
    return this.now({ kind: 'invalid', d }, choice)
  }

  /** Revokes all access tokens of a bot, or of all bots. */
  revokeTokens(bot?: string): void {
    this.#runtime.act((world) => {
      for (const known of world.bots.values())
        if (bot === undefined || known.appId === bot) revokeTokens(known)
    })
  }

  /** Drops gateway sessions: the next Resume is refused. */
  forgetSessions(bot?: string): void {
    this.#runtime.act((world) => {
      for (const [id, session] of world.sessions) {
        if (bot !== undefined && session.bot !== bot) continue
        world.sessions.delete(id)
        world.bots.get(session.bot)?.sessions.delete(id)
      }
    })
  }
}
