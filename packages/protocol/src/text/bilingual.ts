/** A text in both languages of the documentation: English and Simplified Chinese. */
export interface Bilingual {
  readonly en: string
  readonly zh: string
}
