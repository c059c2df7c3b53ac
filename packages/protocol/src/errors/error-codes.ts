import { accountErrorCodes } from './codes/account.js'
import { apiPermissionErrorCodes, reactionErrorCodes } from './codes/api-permission-reaction.js'
import { c2cGroupSendErrorCodes } from './codes/c2c-group-send.js'
import { forumErrorCodes } from './codes/forum.js'
import { guildMessageErrorCodes } from './codes/guild-message.js'
import {
  announceErrorCodes,
  channelPermissionErrorCodes,
  messageSettingErrorCodes,
  muteErrorCodes,
} from './codes/guild-settings.js'
import { interactionErrorCodes, menuPanelErrorCodes, shareLinkErrorCodes } from './codes/interaction-panel.js'
import { scheduleErrorCodes } from './codes/schedule.js'
import { sendPipelineErrorCodes } from './codes/send-pipeline.js'
import { recallErrorCodes, streamErrorCodes, uploadErrorCodes } from './codes/stream-recall-upload.js'
import { tokenErrorCodes, tokenOnlyErrorCodes } from './codes/token.js'
import { uploadPrepareErrorCodes } from './codes/upload-prepare.js'
import type { ErrorArea } from './error-area.js'
import type { ErrorCode, ErrorTable } from './error-code.js'

type Rows = Readonly<Record<number, ErrorCode>>

const addRows = (rows: Record<number, ErrorCode>, area: ErrorArea, table: ErrorTable): Rows => {
  for (const [key, row] of Object.entries(table)) {
    const code = Number(key)
    rows[code] = Object.freeze({ ...row, code, area })
  }
  return rows
}

const rowsOf = (area: ErrorArea, table: ErrorTable): Rows => addRows({}, area, table)

const flatten = (tables: Readonly<Partial<Record<ErrorArea, ErrorTable>>>): Rows => {
  const rows: Record<number, ErrorCode> = {}
  for (const [area, table] of Object.entries(tables)) addRows(rows, area as ErrorArea, table)
  return rows
}

/** The common meaning of each number, for all endpoints without a meaning of their own. */
const commonCodes: Rows = /* @__PURE__ */ flatten({
  token: tokenErrorCodes,
  account: accountErrorCodes,
  guildMessage: guildMessageErrorCodes,
  sendPipeline: sendPipelineErrorCodes,
  c2cGroupSend: c2cGroupSendErrorCodes,
  stream: streamErrorCodes,
  recall: recallErrorCodes,
  upload: uploadErrorCodes,
  interaction: interactionErrorCodes,
  menuPanel: menuPanelErrorCodes,
  channelPermission: channelPermissionErrorCodes,
  schedule: scheduleErrorCodes,
  announce: announceErrorCodes,
  mute: muteErrorCodes,
  forum: forumErrorCodes,
  messageSetting: messageSettingErrorCodes,
  apiPermission: apiPermissionErrorCodes,
  reaction: reactionErrorCodes,
})

/** The meanings of numbers at one endpoint only (§2.8). */
const ownCodes: Readonly<Partial<Record<ErrorArea, Rows>>> = /* @__PURE__ */ Object.freeze({
  token: /* @__PURE__ */ rowsOf('token', tokenOnlyErrorCodes),
  uploadPrepare: /* @__PURE__ */ rowsOf('uploadPrepare', uploadPrepareErrorCodes),
  shareLink: /* @__PURE__ */ rowsOf('shareLink', shareLinkErrorCodes),
})

const everyCode = (): Rows => Object.assign({}, ...Object.values(ownCodes), commonCodes)

/**
 * Every documented error code, by number; for a number with several meanings the common one (see {@link errorCodeAt}). Source:
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-7 §2.7},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}.
 *
 * @example
 *   errorCodes[40034128]?.anchorDead // true
 */
export const errorCodes: Readonly<Record<number, ErrorCode>> = /* @__PURE__ */ everyCode()

/**
 * The meaning of a number at an endpoint: from the table of its part of the API, else from the common table
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}).
 */
export const errorCodeAt = (code: number, area: ErrorArea | null): ErrorCode | undefined =>
  (area === null ? undefined : ownCodes[area]?.[code]) ?? commonCodes[code]

/** A code in the tables. */
export type KnownErrorCode =
  | keyof typeof tokenErrorCodes
  | keyof typeof tokenOnlyErrorCodes
  | keyof typeof accountErrorCodes
  | keyof typeof guildMessageErrorCodes
  | keyof typeof sendPipelineErrorCodes
  | keyof typeof c2cGroupSendErrorCodes
  | keyof typeof streamErrorCodes
  | keyof typeof recallErrorCodes
  | keyof typeof uploadErrorCodes
  | keyof typeof uploadPrepareErrorCodes
  | keyof typeof shareLinkErrorCodes
  | keyof typeof interactionErrorCodes
  | keyof typeof menuPanelErrorCodes
  | keyof typeof channelPermissionErrorCodes
  | keyof typeof scheduleErrorCodes
  | keyof typeof announceErrorCodes
  | keyof typeof muteErrorCodes
  | keyof typeof forumErrorCodes
  | keyof typeof messageSettingErrorCodes
  | keyof typeof apiPermissionErrorCodes
  | keyof typeof reactionErrorCodes
