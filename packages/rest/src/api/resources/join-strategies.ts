import type {
  CreateJoinStrategyRequest,
  CursorQuery,
  JoinStrategy,
  JoinStrategyPage,
  JoinWhitelistRequest,
  ResponseOf,
  UpdateJoinStrategyRequest,
} from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { joinStrategyPaging } from '../calls/pagings.js'
import { Resource } from './resource.js'

/**
 * Strategies that approve join requests of listed users; for bots that are admin of the groups
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export class JoinStrategiesApi extends Resource {
  /**
   * One page of the strategies of the bot, by default 20, at most 50; group numbers can be masked
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  list(query: CursorQuery = {}, options?: CallOptions): Promise<JoinStrategyPage> {
    return this.calls.call('GET /v2/groups/join_approval_strategy', {}, { query }, options)
  }

  /**
   * Every strategy of the bot, page by page
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). `timeout` holds for
   * each page.
   */
  all(query: CursorQuery = {}, options?: CallOptions): AsyncGenerator<JoinStrategy, void, undefined> {
    return this.calls.pages('GET /v2/groups/join_approval_strategy', joinStrategyPaging, {}, query, options)
  }

  /**
   * Creates a strategy for up to 100 groups, named by openid or by number; at most 20 strategies
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  create(
    body: CreateJoinStrategyRequest,
    options?: CallOptions,
  ): Promise<ResponseOf<'POST /v2/groups/join_approval_strategy'>> {
    return this.calls.call('POST /v2/groups/join_approval_strategy', {}, { body }, options)
  }

  /**
   * Changes a strategy or the groups that it is for
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  update(
    strategyId: string,
    body: UpdateJoinStrategyRequest,
    options?: CallOptions,
  ): Promise<ResponseOf<'PATCH /v2/groups/join_approval_strategy/{strategy_id}'>> {
    return this.calls.call(
      'PATCH /v2/groups/join_approval_strategy/{strategy_id}',
      { strategy_id: strategyId },
      { body },
      options,
    )
  }

  /**
   * Deletes a strategy ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  delete(strategyId: string, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /v2/groups/join_approval_strategy/{strategy_id}',
      { strategy_id: strategyId },
      {},
      options,
    )
  }

  /**
   * Applies a strategy to the pending applications; this takes the platform about 10 minutes
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  execute(strategyId: string, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'POST /v2/groups/join_approval_strategy/{strategy_id}/execute',
      { strategy_id: strategyId },
      {},
      options,
    )
  }

  /**
   * Adds up to 10 000 users a call to the list of a strategy, 100 000 in all, or removes them
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  changeUsers(
    strategyId: string,
    body: JoinWhitelistRequest,
    options?: CallOptions,
  ): Promise<ResponseOf<'POST /v2/groups/join_approval_strategy/{strategy_id}/whitelist_users'>> {
    return this.calls.call(
      'POST /v2/groups/join_approval_strategy/{strategy_id}/whitelist_users',
      { strategy_id: strategyId },
      { body },
      options,
    )
  }
}
