import { QqkitError } from '@qqkit/core'

/** What a {@link PagingError} is made of. */
export interface PagingErrorInit {
  readonly endpoint: string
  readonly cursor: string
  readonly pages: number
}

/** A list that says it goes on but leads nowhere: what was read so far is not all of it. */
export class PagingError extends QqkitError {
  /** The call that was made, e.g. `'GET /v2/panels'`. */
  readonly endpoint: string
  /** Where the list wanted to go on; empty when it did not say. */
  readonly cursor: string
  /** Pages read. */
  readonly pages: number

  constructor({ endpoint, cursor, pages }: PagingErrorInit) {
    const where = cursor === '' ? 'without saying where' : 'at a place where it has been'
    super({
      code: 'paging_stuck',
      message: `${endpoint}: after ${pages} pages the list goes on ${where}`,
      advice: {
        en: 'What was read is not the whole list. Read it again later; if that does not help, report it to the platform.',
        zh: '已读取的内容不是完整列表。请稍后重新读取；如仍无效，请反馈给平台。',
      },
    })
    this.endpoint = endpoint
    this.cursor = cursor
    this.pages = pages
  }

  /** Whether `value` is one, whichever copy of the package made it. */
  static override is(value: unknown): value is PagingError {
    return QqkitError.is(value) && value.code === 'paging_stuck'
  }
}
