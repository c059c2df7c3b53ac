/**
 * One runnable case of a contract suite. Suites are plain data, so that they run under any test framework.
 *
 * @example
 *   for (const { name, run } of clockContract(makeClock)) it(name, run)
 */
export interface ContractCase {
  readonly name: string
  readonly run: () => Promise<void>
}
