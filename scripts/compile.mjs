// Runs the compiler for the checks of types and snippets, with one set of options.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'

const compiler = path.join(import.meta.dirname, 'node_modules', 'typescript', 'bin', 'tsc')

/**
 * Runs the compiler that checks all packages.
 *
 * @param {readonly string[]} args
 * @param {{ cwd: string, stdio: 'inherit' | 'pipe' }} options
 */
export const compile = (args, options) =>
  spawnSync(process.execPath, [compiler, ...args], { ...options, encoding: 'utf8' })
