import type { ApiCalls } from '../calls/api-calls.js'

/** A group of calls that belong together. */
export abstract class Resource {
  protected readonly calls: ApiCalls

  constructor(calls: ApiCalls) {
    this.calls = calls
  }
}
