import { readFile, realpath } from 'node:fs/promises'

/** Mount points of this process, as Linux lists them; spaces and the like are written as octal numbers there. */
export const mountPointsIn = (mountinfo: string): readonly string[] =>
  mountinfo.split('\n').flatMap((line) => {
    const point = line.split(' ')[4]
    return point === undefined
      ? []
      : [
          point.replaceAll(/\\([0-7]{3})/g, (_, code: string) =>
            String.fromCharCode(Number.parseInt(code, 8)),
          ),
        ]
  })

/** Whether a file is mounted by itself (`-v ./session.json:/app/session.json`): it can be written to, but not replaced. */
export const isMountPoint = async (file: string): Promise<boolean> => {
  try {
    const path = await realpath(file)
    return mountPointsIn(await readFile('/proc/self/mountinfo', 'utf8')).includes(path)
  } catch {
    // It does not exist yet, or the system does not tell.
    return false
  }
}
