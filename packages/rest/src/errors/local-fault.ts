import type { Advice } from '@qqkit/core'

import { networkCause } from './network-cause.js'

/** The next step for what failed in this process before a request could leave. */
export const localFaultAdvice: Advice = Object.freeze({
  en: 'Nothing was sent: something in this process failed, see the cause. Check the dispatcher, whether it was closed, and its interceptors; a repeat would fail in the same way.',
  zh: '请求没有发出：本进程内部出错，请查看 cause。请检查 dispatcher、其是否已关闭以及其拦截器；重试也会以同样方式失败。',
})

/** Of such a failure what is safe to show, with the place where it happened: that is what has to be mended. */
export const localCause = (cause: unknown, hide: (text: string) => string): Error | undefined => {
  const shown = networkCause(cause, hide)
  if (shown && cause instanceof Error && cause.stack !== undefined) shown.stack = hide(cause.stack)
  return shown
}
