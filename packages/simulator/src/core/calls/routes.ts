import { botRoutes } from './routes/bot-routes.js'
import { groupRoutes } from './routes/group-routes.js'
import { guildContentRoutes } from './routes/guild-content-routes.js'
import { guildMessageRoutes } from './routes/guild-message-routes.js'
import { guildRoutes } from './routes/guild-routes.js'
import { menuRoutes } from './routes/menu-routes.js'
import type { Route } from './routes/route.js'
import { userRoutes } from './routes/user-routes.js'

const routeRows = [
  ...botRoutes,
  ...userRoutes,
  ...groupRoutes,
  ...menuRoutes,
  ...guildMessageRoutes,
  ...guildRoutes,
  ...guildContentRoutes,
]

/**
 * Every route that the platform answers (§5).
 *
 * To add one: a handler in the folder of its feature, and a row in one of the tables in `routes/`. Its rate limit is a
 * row of `rules/limits.ts`, its error codes are rows of `rules/errors/`; its story goes to
 * `test/support/administration-stories.ts` or to a test of its own.
 */
export const routes: readonly Route[] = routeRows.map(([name, method, pattern, handler]) => ({
  name,
  method,
  pattern,
  handler,
}))
