import assert from 'node:assert/strict'

import type { LedgerAnswer, SendLedger } from '../../contracts/send-ledger.js'
import type { ContractCase } from './contract.js'

/** The ledger of one event under test. */
export interface SendLedgerSubject {
  /** That of the first run. */
  readonly ledger: SendLedger
  /** The event goes to another process; the run before has lost it, whether it knows or not. */
  readonly next: () => SendLedger | Promise<SendLedger>
  /** The run that has the event settles it. */
  readonly settle: () => Promise<void>
}

const KEPT: LedgerAnswer = { kind: 'kept' }
const LOST: LedgerAnswer = { kind: 'lost' }

/** What a ledger answers that knows these notes. */
const known = (notes: Readonly<Record<string, string>>): LedgerAnswer => ({
  kind: 'known',
  notes: new Map(Object.entries(notes)),
})

const byName = (answer: LedgerAnswer): LedgerAnswer =>
  answer.kind === 'known'
    ? known(Object.fromEntries([...answer.notes].toSorted(([one], [other]) => (one < other ? -1 : 1))))
    : answer

/** The contract suite of {@link SendLedger}. */
export const sendLedgerContract = (
  make: () => SendLedgerSubject | Promise<SendLedgerSubject>,
): readonly ContractCase[] => [
  {
    name: 'RD-41 a ledger keeps the notes of a run, and tells them to the next run before that writes',
    run: async () => {
      const { ledger, next } = await make()
      assert.deepEqual(await ledger.open('answer/1', 'a'), KEPT)
      assert.deepEqual(await ledger.put('answer/2', 'b'), KEPT)
      assert.deepEqual(await ledger.put('answer/1', 'a, sent'), KEPT)
      const second = await next()
      const found = { 'answer/1': 'a, sent', 'answer/2': 'b' }
      assert.deepEqual(byName(await second.open('answer/1', 'other')), known(found))
      const third = await next()
      assert.deepEqual(byName(await third.open('answer/3', 'other')), known(found))
    },
  },
  {
    name: 'RD-41 a run continues the notes that it has been told',
    run: async () => {
      const { ledger, next } = await make()
      await ledger.open('answer/1', 'a')
      const second = await next()
      await second.open('answer/1', 'other')
      assert.deepEqual(await second.put('answer/1', 'a, sent'), KEPT)
      assert.deepEqual(await second.put('answer/2', 'b'), KEPT)
      assert.deepEqual(await second.put('answer/2', null), KEPT)
      assert.deepEqual(await (await next()).open('x', ''), known({ 'answer/1': 'a, sent' }))
    },
  },
  {
    name: 'RD-41 a ledger writes nothing for a run that has lost the event, nor for a settled event',
    run: async () => {
      const { ledger, next, settle } = await make()
      await ledger.open('answer/1', 'a')
      const second = await next()
      assert.deepEqual(await ledger.put('answer/1', 'late'), LOST)
      assert.deepEqual(await ledger.put('answer/2', 'late'), LOST)
      assert.deepEqual(await second.open('answer/1', 'b'), known({ 'answer/1': 'a' }))
      await settle()
      assert.deepEqual(await second.put('answer/1', 'late'), LOST)
    },
  },
  {
    name: 'RD-41 a ledger tells nothing of runs that wrote nothing, or took everything back',
    run: async () => {
      const { ledger, next } = await make()
      assert.deepEqual(await ledger.open('answer/1', 'a'), KEPT)
      assert.deepEqual(await ledger.put('answer/1', null), KEPT)
      assert.deepEqual(await ledger.put('never', null), KEPT)
      await next()
      assert.deepEqual(await (await next()).open('answer/1', 'b'), KEPT)
    },
  },
  {
    name: 'RD-41 a ledger keeps names and notes of any form, many at once',
    run: async () => {
      const { ledger, next } = await make()
      const notes = Object.fromEntries(
        ['a', 'a b', 'a/1', '群', '\u{1F4F7}', 'x'.repeat(300)].map((name, index) => [
          name,
          `${index} 图片 "\\\n${'y'.repeat(index * 2000)}`,
        ]),
      )
      await ledger.open('first', '{}')
      const writing = Object.entries(notes).map(async ([name, note]) => ledger.put(name, note))
      assert.deepEqual(
        await Promise.all(writing),
        writing.map(() => KEPT),
      )
      assert.deepEqual(
        byName(await (await next()).open('first', '')),
        byName(known({ first: '{}', ...notes })),
      )
    },
  },
  {
    name: 'RD-41 a ledger ends with the signal of its caller',
    run: async () => {
      const { ledger } = await make()
      const reason = new Error('no longer wanted')
      await assert.rejects(async () => ledger.open('a', 'a', AbortSignal.abort(reason)), reason)
      await assert.rejects(async () => ledger.put('a', 'a', AbortSignal.abort(reason)), reason)
    },
  },
]
