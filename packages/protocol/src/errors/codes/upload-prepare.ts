/**
 * Asking for an upload in parts, where this number means something of its own
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const uploadPrepareErrorCodes = {
  40093001: {
    class: 'none',
    en: 'the upload was not granted',
    zh: '申请上传失败',
    advice: {
      en: 'Check type, name, size (as text) and hashes of the file, then repeat; quote the trace id when asking the platform.',
      zh: '请检查文件的类型、名称、大小（以文本形式）与哈希值后重新上传；向平台咨询时请提供 trace id。',
    },
  },
} as const
