import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { mutants } from './mutants.js'

const QUERY = '?mutant='

/** The path and the name of a mutant. */
const split = (id: string): readonly [path: string, name: string | null] => {
  const at = id.indexOf(QUERY)
  return at < 0 ? [id, null] : [id.slice(0, at), decodeURIComponent(id.slice(at + QUERY.length))]
}

/** The modules of the package that a module loads. */
const importsOf = (path: string): readonly string[] =>
  [...readFileSync(path, 'utf8').matchAll(/^(?:import|export) (?!type )[^']*'(\.[^']+)\.js'$/gm)].map(
    ([, name = '']) => resolve(path, '..', `${name}.ts`),
  )

/** Whether a module is the given one, or loads it, or loads one that does. */
const leadsTo = (path: string, file: string, known: Map<string, boolean>): boolean => {
  const before = known.get(path)
  if (before !== undefined) return before
  known.set(path, false)
  const answer = path.endsWith(file) || importsOf(path).some((one) => leadsTo(one, file, known))
  known.set(path, answer)
  return answer
}

interface Resolver {
  resolve(
    source: string,
    importer: string | undefined,
    options: { readonly skipSelf: boolean },
  ): Promise<{ readonly id: string } | null>
}

/**
 * Lets `import('…?mutant=NAME')` load a module of a package with one place changed, there or in a module behind it. Those of which nothing
 * changes are the ones that all load.
 */
export const mutantPlugin = (folder: string) => {
  const ways = new Map(Object.keys(mutants).map((name) => [name, new Map<string, boolean>()]))
  return {
    name: 'mutants',
    enforce: 'pre' as const,
    async resolveId(this: Resolver, source: string, importer: string | undefined): Promise<string | null> {
      const [path, own] = split(source)
      const [from, inherited] = split(importer ?? '')
      const name = own ?? inherited
      if (name === null) return null
      const resolved = await this.resolve(path, importer && from, { skipSelf: true })
      if (!resolved) return null
      const isOurs = resolved.id.startsWith(folder) && !resolved.id.includes('node_modules')
      const mutant = mutants[name]
      const known = ways.get(name)
      if (!isOurs || !mutant || !known) return resolved.id
      return leadsTo(resolved.id, mutant.file, known)
        ? `${resolved.id}${QUERY}${encodeURIComponent(name)}`
        : resolved.id
    },
    transform(code: string, id: string): string | null {
      const [path, name] = split(id)
      const mutant = name === null ? undefined : mutants[name]
      if (!mutant || !path.endsWith(mutant.file)) return null
      const parts = code.split(mutant.from)
      if (parts.length !== 2) throw new Error(`"${mutant.from}" is not once in ${mutant.file}`)
      return parts.join(mutant.to)
    },
  }
}
