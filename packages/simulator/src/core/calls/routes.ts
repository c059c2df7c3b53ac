import { BOT_ROUTES } from './routes/bot-routes.js'
import { GROUP_ROUTES } from './routes/group-routes.js'
import { GUILD_CONTENT_ROUTES } from './routes/guild-content-routes.js'
import { GUILD_MESSAGE_ROUTES } from './routes/guild-message-routes.js'
import { GUILD_ROUTES } from './routes/guild-routes.js'
import { MENU_ROUTES } from './routes/menu-routes.js'
import type { Route } from './routes/route.js'
import { USER_ROUTES } from './routes/user-routes.js'

const ROWS = [
  ...BOT_ROUTES,
  ...USER_ROUTES,
  ...GROUP_ROUTES,
  ...MENU_ROUTES,
  ...GUILD_MESSAGE_ROUTES,
  ...GUILD_ROUTES,
  ...GUILD_CONTENT_ROUTES,
]

/** Every route that the platform answers (§5). */
export const ROUTES: readonly Route[] = ROWS.map(([name, method, pattern, handler]) => ({
  name,
  method,
  pattern,
  handler,
}))
