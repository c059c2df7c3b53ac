import type { ApiCalls } from '../calls/api-calls.js'

/**
 * Base of a group of calls, one class per resource. To add an endpoint: declare it in `@qqkit/protocol`
 * (`src/requests`), add a method here that calls `this.calls.call('METHOD /path', ids, { body }, options)`, add limits
 * of its body to `api/calls/*-bodies.ts`, then run `node scripts/check-endpoints.mjs --write`, which updates the tables
 * of the READMEs. A new resource also needs a line in `api/api.ts`.
 */
export abstract class Resource {
  protected readonly calls: ApiCalls

  constructor(calls: ApiCalls) {
    this.calls = calls
  }
}
