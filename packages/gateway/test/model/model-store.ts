import type { SessionSlot, SessionStore } from '@qqkit/core'

/** How a store behaves. */
export type StoreMode = 'works' | 'slow' | 'fails' | 'hangs'

interface Pending {
  readonly land: () => void
  readonly resolve: () => void
}

/** The disk: outlives processes, and does what it is told. */
export class ModelStore {
  mode: StoreMode = 'works'
  text: string | null = null
  /** Called with every text that has landed. */
  onLanded: (text: string | null) => void = () => {}
  #pending: Pending[] = []

  /** A change on its way to the disk. */
  async write(text: string | null): Promise<void> {
    if (this.mode === 'fails') throw new Error('disk full')
    const land = (): void => {
      this.text = text
      this.onLanded(text)
    }
    if (this.mode === 'works') return land()
    await new Promise<void>((resolve) => this.#pending.push({ land, resolve }))
  }

  async read(): Promise<string | null> {
    if (this.mode === 'fails') throw new Error('I/O error')
    if (this.mode === 'hangs')
      await new Promise<void>((resolve) => this.#pending.push({ land: () => {}, resolve }))
    return this.text
  }

  turn(mode: StoreMode): void {
    this.mode = mode
    if (mode === 'works' || mode === 'slow') this.release()
  }

  /** What hangs gets through. */
  release(): void {
    for (const { land, resolve } of this.#pending.splice(0)) {
      land()
      resolve()
    }
  }

  /** The process is gone in the middle of a write, which is on the disk or not. */
  die(landed: boolean): void {
    const [first] = this.#pending.splice(0)
    if (landed) first?.land()
  }

  /** As one process sees it. */
  forLife(alive: () => boolean): SessionStore {
    const slot: SessionSlot = {
      load: async () => this.read(),
      save: async (text) => (alive() ? this.write(text) : undefined),
      clear: async () => (alive() ? this.write(null) : undefined),
      close: async () => {},
    }
    return {
      durable: true,
      open: async () => {
        await this.read()
        return slot
      },
    }
  }
}
