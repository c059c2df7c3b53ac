/** An HTTP API that answers every token request and every send at once, in a separate process. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import process from 'node:process'

const sent = JSON.stringify({ id: 'ROBOT1.0_bench.sent', timestamp: '2026-09-01T09:08:09+08:00' })
const token = JSON.stringify({ access_token: 'AT_bench', expires_in: '7200' })

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    response.setHeader('content-type', 'application/json')
    response.end(request.url === '/app/getAppAccessToken' ? token : sent)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
process.send?.(typeof address === 'object' ? address?.port : null)
