import type { Clock } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'

import { situationAdvice } from '../errors/advice.js'
import { RestError, TokenError, withErrorContext } from '../errors/rest-error.js'
import type { RetryTable } from '../retry/retry-table.js'
import type { TokenGrant, TokenProvider } from '../token/token-provider.js'
import type { RestAnswer } from '../types/call.js'
import type { AttemptStage, Credentials } from './attempt-stage.js'
import type { PipelineCall } from './call.js'

/** Dependencies of the auth stage. */
export interface AuthStageDeps {
  readonly tokens: TokenProvider
  readonly clock: Clock
  readonly appId: string
  readonly table: RetryTable
}

/** The credentials with one token. */
class TokenCredentials implements Credentials {
  readonly token: string
  readonly generation: number
  readonly headers: readonly string[]
  readonly #tokens: TokenProvider

  constructor({ token, generation }: TokenGrant, { appId, tokens }: AuthStageDeps) {
    this.token = token
    this.generation = generation
    // The appid header is optional for most calls, but some answer 630006 without it (§1.4, §5.7).
    this.headers = ['authorization', `QQBot ${token}`, 'x-union-appid', appId]
    this.#tokens = tokens
  }

  refused(): void {
    this.#tokens.invalidate(this.generation)
  }
}

const noToken = (ms: number): TokenError =>
  new TokenError({
    access: 'unavailable',
    message: `access token: none received within ${Math.round(ms)} ms`,
    facts: null,
    advice: situationAdvice.no_token,
  })

/** Adds the token to each attempt (§1.4). A refused token is not used again. */
export class AuthStage {
  readonly #deps: AuthStageDeps
  readonly #attempt: AttemptStage
  #last: TokenCredentials | undefined

  constructor(deps: AuthStageDeps, attempt: AttemptStage) {
    this.#deps = deps
    this.#attempt = attempt
  }

  /** @throws TokenError; the errors of the attempt */
  run(call: PipelineCall): Promise<RestAnswer> {
    const grant = this.#deps.tokens.current()
    return grant ? this.#attempt.run(call, this.#credentialsOf(grant)) : this.#wait(call)
  }

  /** The retry table decides whether a call without a token is repeated. */
  async #wait(call: PipelineCall): Promise<RestAnswer> {
    let grant: TokenGrant
    try {
      grant = await this.#grantFor(call)
    } catch (error) {
      if (!RestError.is(error)) throw error
      const retry = error.retry === 'never' ? 'never' : this.#deps.table[error.situation][call.repeatability]
      throw withErrorContext(error, { retry })
    }
    return this.#attempt.run(call, this.#credentialsOf(grant))
  }

  /** Waits for a token for at most half of the remaining time, so that a retry still has time. */
  async #grantFor({ deadlineAt, cancellation }: PipelineCall): Promise<TokenGrant> {
    const { clock, tokens } = this.#deps
    const ms = Math.max(0, deadlineAt - clock.now()) / 2
    return withDeadline({ clock, ms, onTimeout: () => noToken(ms), signal: cancellation.signal }, (signal) =>
      tokens.get(signal),
    )
  }

  /** One object for all attempts with the same token. */
  #credentialsOf(grant: TokenGrant): Credentials {
    const { generation } = grant
    if (this.#last?.generation !== generation) this.#last = new TokenCredentials(grant, this.#deps)
    return this.#last
  }
}
