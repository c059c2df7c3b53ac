const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Where signals come from: `process`. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown
  off(signal: NodeJS.Signals, listener: () => void): unknown
}

/**
 * Calls `stop` on Ctrl-C and on SIGTERM, once. A second signal finds nobody listening and ends the process at once.
 *
 * @returns stops listening
 */
export const onStopSignal = (source: SignalSource, stop: (signal: NodeJS.Signals) => void): (() => void) => {
  const listeners = SIGNALS.map((signal) => ({
    signal,
    listener: () => {
      unlisten()
      stop(signal)
    },
  }))
  const unlisten = (): void => {
    for (const { signal, listener } of listeners) source.off(signal, listener)
  }
  for (const { signal, listener } of listeners) source.on(signal, listener)
  return unlisten
}
