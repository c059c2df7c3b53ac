/**
 * One promise of a seam as a runnable case. Suites are plain data, so that they run under any test framework:
 * `for (const { name, run } of clockContract(make)) it(name, run)`.
 */
export interface ContractCase {
  readonly name: string
  readonly run: () => Promise<void>
}
