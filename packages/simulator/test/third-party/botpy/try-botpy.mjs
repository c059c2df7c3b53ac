// Tries the simulator with botpy, the official Python client, which is in no registry: BOTPY_PATH names a checkout.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/** Debian's packages of what botpy imports. */
const PACKAGES = ['python3-aiohttp', 'python3-apscheduler', 'python3-yaml']
/** Debian's packages serve Debian's own interpreter only. */
const python =
  process.env['BOTPY_PYTHON'] ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3')
const canImport = () => spawnSync(python, ['-c', 'import aiohttp, apscheduler, yaml']).status === 0
const canInstall = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

const install = () => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = /** @type {const} */ ({ stdio: 'inherit', env })
  execFileSync('apt-get', ['update', '-qq'], options)
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES], options)
}

const checkout = process.env['BOTPY_PATH'] ?? ''
if (checkout === '') {
  console.log('botpy not tried: set BOTPY_PATH to a checkout of tencent-connect/botpy')
  process.exit(0)
}
if (!existsSync(path.join(checkout, 'botpy', 'client.py'))) {
  console.error(`botpy not tried: BOTPY_PATH is no checkout of tencent-connect/botpy: ${checkout}`)
  process.exit(1)
}
if (!canImport() && canInstall()) install()
if (!canImport()) {
  console.error(
    `botpy not tried: ${python} lacks aiohttp, apscheduler or yaml (Debian: ${PACKAGES.join(' ')})`,
  )
  process.exit(1)
}
const { status } = spawnSync(
  'pnpm',
  ['exec', 'vitest', 'run', '-c', 'vitest.soak.config.ts', 'test/third-party'],
  {
    stdio: 'inherit',
    env: { ...process.env, BOTPY_PATH: path.resolve(checkout), BOTPY_PYTHON: python },
  },
)
process.exit(status ?? 1)
