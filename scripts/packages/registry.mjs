// A registry of this machine that has our packages as tarballs, and leads to the usual registry for all others: so that
// projects install what a release will publish, by name and version.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'

import { createPackageFromTarballData } from '@arethetypeswrong/core'

/** The manifest of a tarball. @param {string} name @param {Uint8Array} bytes */
const manifestIn = (name, bytes) =>
  JSON.parse(createPackageFromTarballData(bytes).readFile(`/node_modules/${name}/package.json`))

/**
 * @param {string} tarballs a folder
 * @param {readonly { readonly name: string, readonly file: string }[]} packages
 * @param {string} upstream the usual registry
 */
export const startRegistry = async (tarballs, packages, upstream) => {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url ?? '/').slice(1)
    const asked = packages.find((one) => one.name === name || one.file === name)
    if (asked === undefined) {
      response.writeHead(302, { location: new URL(request.url ?? '/', upstream).href }).end()
      return
    }
    const bytes = readFileSync(path.join(tarballs, asked.file))
    if (asked.file === name) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes)
      return
    }
    const manifest = manifestIn(name, new Uint8Array(bytes))
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
    const tarball = `http://${request.headers.host}/${asked.file}`
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        name,
        'dist-tags': { latest: manifest.version },
        versions: { [manifest.version]: { ...manifest, dist: { tarball, integrity } } },
        time: { [manifest.version]: '2020-01-01T00:00:00.000Z' },
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
