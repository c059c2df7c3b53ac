/** The fields of undici's dispatch options that the dispatcher reads. */
export interface DispatchOptions {
  readonly origin?: string | URL | undefined
  readonly path: string
  readonly method: string
  readonly body?: unknown
  readonly headers?: unknown
  readonly query?: Readonly<Record<string, unknown>> | undefined
}

/** Controls a call, as undici's newer handlers expect. */
export interface DispatchController {
  readonly aborted: boolean
  readonly paused: boolean
  readonly reason: Error | null
  readonly rawHeaders: null
  readonly rawTrailers: null
  abort(reason: Error): void
  pause(): void
  resume(): void
}

/** The methods of undici's handlers that the dispatcher calls, newer and older. */
export interface DispatchHandler {
  onRequestStart?(controller: DispatchController, context: unknown): void
  onResponseStart?(
    controller: DispatchController,
    status: number,
    headers: Record<string, string>,
    message?: string,
  ): void
  onResponseData?(controller: DispatchController, chunk: Buffer): void
  onResponseEnd?(controller: DispatchController, trailers: Record<string, string>): void
  onResponseError?(controller: DispatchController, error: Error): void
  onConnect?(abort: (error?: Error) => void, context?: unknown): void
  onHeaders?(status: number, headers: Buffer[], resume: () => void, message: string): boolean
  onData?(chunk: Buffer): boolean
  onComplete?(trailers: string[] | null): void
  onError?(error: Error): void
}
