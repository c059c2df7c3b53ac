import { QqkitError } from '@qqkit/core'

/** The simulator cannot listen on its port or host. */
export class ListenError extends QqkitError {
  /** @internal */
  constructor(port: number, host: string, cause: Error) {
    const taken = 'code' in cause && cause.code === 'EADDRINUSE'
    super({
      code: 'listen_failed',
      message: taken
        ? `port ${port} on ${host} is already in use`
        : `cannot listen on ${host}, port ${port}: ${cause.message}`,
      advice: taken
        ? {
            en: 'Stop the other program, choose another port, or leave the port out to get a free one.',
            zh: '请停止占用端口的程序、换一个端口，或不指定端口以自动选用空闲端口。',
          }
        : {
            en: 'Give an address of this machine, or leave the host out to listen on 127.0.0.1.',
            zh: '请填写本机地址，或不指定 host 以只监听 127.0.0.1。',
          },
      cause,
    })
  }
}
