import { mutants } from './mutants.js'

const QUERY = '?mutant='

/** The path and the name of a mutant. */
const split = (id: string): readonly [path: string, name: string | null] => {
  const at = id.indexOf(QUERY)
  return at < 0 ? [id, null] : [id.slice(0, at), decodeURIComponent(id.slice(at + QUERY.length))]
}

interface Resolver {
  resolve(
    source: string,
    importer: string | undefined,
    options: { readonly skipSelf: boolean },
  ): Promise<{ readonly id: string } | null>
}

/** Lets `import('…?mutant=NAME')` load a module of a package, and all modules of it behind that, with one place changed. */
export const mutantPlugin = (folder: string) => ({
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
    return isOurs ? `${resolved.id}${QUERY}${encodeURIComponent(name)}` : resolved.id
  },
  transform(code: string, id: string): string | null {
    const [path, name] = split(id)
    const mutant = name === null ? undefined : mutants[name]
    if (!mutant || !path.endsWith(mutant.file)) return null
    const parts = code.split(mutant.from)
    if (parts.length !== 2) throw new Error(`"${mutant.from}" is not once in ${mutant.file}`)
    return parts.join(mutant.to)
  },
})
