import process from 'node:process'

/** Tells the one who started this process. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
