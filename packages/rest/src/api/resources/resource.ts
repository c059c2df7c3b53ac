import type { ApiCalls } from '../calls/api-calls.js'

/**
 * Base of a group of calls, one class per resource. To add an endpoint:
 *
 * 1. Document it in chapter 5 of docs/protocol, list it in `test/support/documented-endpoints.ts` of `@qqkit/protocol`, and declare
 *    it there in `src/requests`.
 * 2. Add a method here: `this.calls.call('METHOD /path', ids, { body }, options)`. A new resource is a line in `api/api.ts`.
 * 3. Limits of its body go to `api/calls/*-bodies.ts`, those of its query to `api/calls/check-input.ts`.
 * 4. Where it is special: its pace in `rateLimits` of `@qqkit/protocol`, with its class in `limits/route-class.ts`, the area of its error codes in `answers/classify-answer.ts`, a repeat
 *    that its method does not tell in `pipeline/request.ts`.
 * 5. Add its route to the simulator (`src/core/calls/routes`) and its row to `test/api/tables`.
 * 6. Run `node scripts/check-endpoints.mjs --write`, which updates the tables of the READMEs.
 */
export abstract class Resource {
  protected readonly calls: ApiCalls

  constructor(calls: ApiCalls) {
    this.calls = calls
  }
}
