/** Middleware that remembers in this process alone, by the names of their functions. */
const names = new WeakMap<object, string>()

/** Marks a middleware that remembers in this process alone: a source that several processes share needs a store. */
export const keepsInProcess = <M extends object>(middleware: M, name: string): M => {
  names.set(middleware, name)
  return middleware
}

/** The name of a middleware that remembers in this process alone; `undefined` for anything else. */
export const nameOfKeeper = (handle: unknown): string | undefined =>
  typeof handle === 'function' ? names.get(handle) : undefined
