import type { SessionSlot } from '@qqkit/core'

/** A slot whose calls wait until the test lets them go on. */
export class ScriptedSlot implements SessionSlot {
  /** What was begun, in order. */
  readonly calls: string[] = []
  /** What is stored. */
  stored: string | null = null
  #pending: {
    readonly apply: () => void
    readonly resolve: () => void
    readonly reject: (e: Error) => void
  }[] = []
  /** Whether calls finish by themselves. */
  auto = true
  /** What calls fail with, while set. */
  failure: Error | null = null
  /** The most calls that were ever under way at the same time. */
  most = 0

  async load(): Promise<string | null> {
    await this.#call('load', () => {})
    return this.stored
  }

  async save(text: string): Promise<void> {
    await this.#call(`save ${text}`, () => (this.stored = text))
  }

  async clear(): Promise<void> {
    await this.#call('clear', () => (this.stored = null))
  }

  async close(): Promise<void> {
    await this.#call('close', () => {})
  }

  /** Lets the oldest call under way finish. */
  finish(): void {
    const call = this.#pending.shift()
    call?.apply()
    call?.resolve()
  }

  /** Lets the oldest call under way fail. */
  fail(): void {
    this.#pending.shift()?.reject(new Error('failed late'))
  }

  async #call(name: string, apply: () => void): Promise<void> {
    this.calls.push(name)
    if (this.failure) throw this.failure
    if (this.auto) {
      apply()
      return
    }
    await new Promise<void>((resolve, reject) => {
      this.#pending.push({ apply, resolve, reject })
      this.most = Math.max(this.most, this.#pending.length)
    })
  }
}
