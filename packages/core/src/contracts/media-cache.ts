/**
 * A cache of uploaded files, so that equal content is uploaded once. Values are opaque texts. Every method may be slow,
 * reject or never settle; the only effect is that the file is uploaded again.
 */
export interface MediaCache {
  /** The text of a key; `null` if there is none or it has expired. */
  get(key: string): Promise<string | null>
  /**
   * Sets the text of a key.
   *
   * @param lifetime ms from now; `null`: no expiry, but it may be evicted
   */
  set(key: string, text: string, lifetime: number | null): Promise<void>
}
