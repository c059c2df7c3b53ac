/** An act that the platform does not allow, in words for people in both languages of the page. */
export class ImpossibleError extends RangeError {
  /** The message in Chinese. */
  readonly zh: string

  constructor(en: string, zh: string) {
    super(en)
    this.name = 'RangeError'
    this.zh = zh
  }
}
