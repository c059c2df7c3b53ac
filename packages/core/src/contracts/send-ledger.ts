/** The answer of a {@link SendLedger}. */
export type LedgerAnswer =
  /** The note was written. */
  | { readonly kind: 'kept' }
  /** Another run of the event has written these notes, by name; nothing was changed. */
  | { readonly kind: 'known'; readonly notes: ReadonlyMap<string, string> }
  /** Another process has the event, or it is settled: nothing may be sent for it any more. */
  | { readonly kind: 'lost' }

/**
 * What the runs of one event plan to send and have sent, in notes by name, for as long as the event is unfinished. Only the process that has
 * the event writes. A ledger that cannot be reached makes its callers wait.
 */
export interface SendLedger {
  /**
   * Writes the first note of this run. With `known` it has all notes of earlier runs, and the note was not written: a run that finds
   * notes continues them.
   *
   * @throws the reason of the signal
   */
  open(name: string, note: string, signal?: AbortSignal): Promise<LedgerAnswer>
  /**
   * Writes a note over the one that this run knows of, or removes it (`null`). With `known` there is another one: of a process that had
   * the event in between.
   *
   * @throws the reason of the signal
   */
  put(name: string, note: string | null, signal?: AbortSignal): Promise<LedgerAnswer>
}
