/**
 * Where a client remembers files that it has uploaded, so that equal content is uploaded once. Keeps texts and never looks
 * inside. Every method may be slow, reject or never settle: the file is then uploaded again, and nothing else is lost.
 */
export interface MediaCache {
  /** What was kept under a key; `null` when there is nothing, or when its time is over. */
  get(key: string): Promise<string | null>
  /**
   * Keeps a text, in place of what was there.
   *
   * @param lifetime ms from now; `null`: for as long as there is room
   */
  set(key: string, text: string, lifetime: number | null): Promise<void>
}
