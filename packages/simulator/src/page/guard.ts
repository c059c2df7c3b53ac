import type { MiddlewareHandler } from 'hono'

const LOOPBACK = /^(?:localhost|(?:[\w-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i

/** Whether a host in a URL can only be this machine. */
export const isLoopback = (host: string): boolean =>
  LOOPBACK.test(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)

const hostnameOf = (host: string): string => host.replace(/:\d+$/, '')

const refuse = (message: string, status: number): Response => Response.json({ message }, { status })

/** Security headers: the page loads its own files, and a picture from elsewhere only when a person asks for it. */
const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: http: https:; media-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

/**
 * Admits only requests of the page itself. A foreign site can make a browser call this server directly, which the
 * `Origin` and the content type reveal, or by DNS rebinding, which the `Host` reveals.
 *
 * @param loopbackOnly the server listens on this machine only, so any other host name is foreign
 */
export const guardPage =
  (loopbackOnly: boolean): MiddlewareHandler =>
  async (context, next) => {
    const host = context.req.header('host') ?? ''
    if (loopbackOnly && !isLoopback(hostnameOf(host))) {
      return refuse(
        'The page answers on this machine only: open it as http://127.0.0.1 or http://localhost.',
        403,
      )
    }
    const origin = context.req.header('origin')
    if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) {
      return refuse('The page takes nothing from other sites.', 403)
    }
    if (context.req.method === 'POST') {
      const type = (context.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
      if (type !== 'application/json') return refuse('Send JSON, with content-type: application/json.', 415)
    }
    await next()
    for (const [name, value] of Object.entries(securityHeaders)) context.res.headers.set(name, value)
    return undefined
  }
