/**
 * The files of undici that the client needs, by the names under which its index exports them. The index evaluates `fetch`,
 * WebSocket, caches and mocks as well, which takes two thirds of its time.
 */
export const undiciParts = {
  buildConnector: 'lib/core/connect.js',
  Client: 'lib/dispatcher/client.js',
  EnvHttpProxyAgent: 'lib/dispatcher/env-http-proxy-agent.js',
  errors: 'lib/core/errors.js',
  ProxyAgent: 'lib/dispatcher/proxy-agent.js',
} as const
