import { Turns } from '../../session/turns.js'

const turns = new Turns()

/**
 * Runs some file work of session stores, one after the other in this process: a disk that hangs then takes one of the four
 * threads that DNS, files and compression share, whatever shards, locks and signs of life there are.
 */
export const onDisk = async <T>(work: () => Promise<T>): Promise<T> => turns.run(work)
