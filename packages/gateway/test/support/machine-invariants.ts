import assert from 'node:assert/strict'

import { missingTimers } from '../../src/machine/input.js'
import type { State } from '../../src/machine/state.js'
import type { Effect } from '../../src/machine/step.js'
import type { Machine } from './machine.js'

/** What must hold after every input (GW-26). */
export class Watch {
  readonly machine: Machine
  /** Sockets that were opened and not let go of. */
  #sockets = 0
  /** Turns asked for on this connection. */
  #turns = 0
  #identifies = 0

  constructor(machine: Machine) {
    this.machine = machine
  }

  check(before: State, effects: readonly Effect[]): void {
    const { state, armed } = this.machine
    for (const effect of effects) this.#onEffect(effect)
    assert.deepEqual(missingTimers(state.name, armed), [])
    assert.ok(state.epoch >= before.epoch)
    if (before.name === 'stopped') assert.equal(state, before)
    if (before.name === 'stopped' || state.name === 'idle') assert.deepEqual(effects, [])
    this.#checkSession(before, state, effects)
  }

  #checkSession(before: State, state: State, effects: readonly Effect[]): void {
    const { session } = state
    const types = effects.map(({ type }) => type)
    // A server that begins again may well use an id again.
    if (session && before.session?.id === session.id && !types.includes('session_dropped')) {
      assert.ok((session.seq ?? -1) >= (before.session.seq ?? -1), 'a seq went back')
    }
    if (before.session && session?.id !== before.session.id && before.name !== 'stopped') {
      assert.ok(types.includes('session_dropped'), 'a session went without a word')
    }
    if (session && types.includes('session_dropped')) {
      assert.ok(
        types.lastIndexOf('session_started') > types.lastIndexOf('session_dropped'),
        'a session that is gone is held',
      )
    }
    if (state.name === 'resuming' || state.name === 'ready') assert.ok(session)
    if (state.name === 'queued' || state.name === 'identifying') assert.equal(session, null)
    if (state.name === 'waiting') assert.ok(Number.isFinite(state.until))
  }

  #onEffect(effect: Effect): void {
    if (effect.type === 'tear_down') {
      this.#sockets = 0
      this.#turns = 0
      this.#identifies = 0
    }
    if (effect.type === 'open') this.#sockets += 1
    if (effect.type === 'acquire_permit') this.#turns += 1
    if (effect.type === 'send_identify') {
      this.#identifies += 1
      assert.deepEqual([this.#identifies, this.#turns], [1, 1])
    }
    if (effect.type === 'open' || effect.type === 'send_identify' || effect.type === 'send_resume') {
      assert.equal(this.#sockets, 1, 'not exactly one socket')
    }
    if (effect.type === 'set_timer') {
      assert.ok(Number.isFinite(effect.ms) && effect.ms >= 0, `a timer of ${effect.ms} ms`)
    }
  }
}
