// Where the site is on its host.
import { parseArgs } from 'node:util'

/** The address of the first page, from the arguments of a command: `/`, or `/qqkit/` with `--base qqkit`. @param {readonly string[]} args */
export const baseOf = (args) => {
  const { base = '/' } = parseArgs({ args: [...args], options: { base: { type: 'string' } } }).values
  return `/${base}/`.replaceAll(/\/{2,}/g, '/')
}
