import { QqkitError, type AccessFault } from '@qqkit/core'

/** The platform's answer about its gateway cannot be used. Passes by itself as a rule, so it is asked again. */
export class GatewayUnavailableError extends QqkitError implements AccessFault {
  readonly access = 'unavailable'

  /** @param problem what is wrong with the answer, e.g. `'url is not a ws: or wss: URL'` */
  constructor(problem: string) {
    super({
      code: 'gateway_unavailable',
      message: `the answer of GET /gateway/bot cannot be used: ${problem}`,
      advice: {
        en: 'Nothing to do if it passes: qqkit asks again by itself. If it stays, check that the API base URL is that of the platform and that no proxy on the way answers in its place.',
        zh: '如果很快恢复则无需处理：qqkit 会自动重试。如果一直如此，请检查 API 地址是否为官方平台地址，以及中间是否有代理代为应答。',
      },
    })
  }
}
