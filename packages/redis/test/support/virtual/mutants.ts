/** A change of one place in the sources, and the first seed from which nights notice it. */
export interface Mutant {
  /** Of a path in the package. */
  readonly file: string
  readonly from: string
  readonly to: string
  readonly seed: number
  /** Noticed in busy nights with orders; the others in those of all faults. */
  readonly isOfOrders?: true
}

/** Workers and publishers that are wrong, by what they do. */
export const mutants: Readonly<Record<string, Mutant>> = {
  'a worker that begins what it took before it stood still': {
    file: 'src/worker/lane-work.ts',
    from: ' && this.#membership.mayAct && !isQuiet',
    to: ' && !isQuiet',
    seed: 84,
  },
  'a worker that begins what it took while it was closed': {
    file: 'src/worker/lane-work.ts',
    from: "this.#stage !== 'stopped' && this.#membership.mayAct",
    to: 'this.#membership.mayAct',
    seed: 21,
  },
  'a worker that forgets outcomes whose call failed': {
    file: 'src/worker/held-events.ts',
    from: 'this.#unsent = [...sent, ...this.#unsent]',
    to: '',
    seed: 9,
  },
  'a worker that tells nobody what it settled': {
    file: 'src/worker/lane-work.ts',
    from: 'if (keys.length > 0) await',
    to: 'if (keys.length < 0) await',
    seed: 2,
  },
  'a ledger that believes at once that another one owns the event': {
    file: 'src/worker/fence.ts',
    from: 'if (answer) return answer',
    to: 'return answer',
    seed: 5,
  },
  'a server that takes a late join for the last one': {
    file: 'test/support/model-queue.ts',
    from: 'if (isLate) return',
    to: 'if (isLate && name === "") return',
    seed: 20_102,
  },
  'a publisher that publishes again as if it were new': {
    file: 'src/events/publisher.ts',
    from: 'first + index <= again',
    to: 'first + index < 0',
    seed: 37,
  },
  'a publisher that does not go back to what the server has lost': {
    file: 'src/decisions/publish-log.ts',
    from: 'this.#next = known + 1',
    to: '',
    seed: 2,
  },
  'an order that does not reach what waits': {
    file: 'src/worker/verdict.ts',
    from: 'mark && isStopped(event, entry, mark)',
    to: 'mark && event.lives > 0 && isStopped(event, entry, mark)',
    seed: 1,
    isOfOrders: true,
  },
  'an order that does not reach what is handled': {
    file: 'src/worker/lane-work.ts',
    from: 'delivery.lease.endByPerson()',
    to: '{}',
    seed: 1,
    isOfOrders: true,
  },
  'a worker that tells nobody what an order has stopped': {
    file: 'src/worker/lane-work.ts',
    from: 'for (const digest of digests) this.#tail.add',
    to: 'for (const digest of []) this.#tail.add',
    seed: 20,
    isOfOrders: true,
  },
}
