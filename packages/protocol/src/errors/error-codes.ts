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
import { interactionErrorCodes, menuPanelErrorCodes } from './codes/interaction-panel.js'
import { scheduleErrorCodes } from './codes/schedule.js'
import { sendPipelineErrorCodes } from './codes/send-pipeline.js'
import { recallErrorCodes, streamErrorCodes, uploadErrorCodes } from './codes/stream-recall-upload.js'
import { tokenErrorCodes } from './codes/token.js'
import type { ErrorArea } from './error-area.js'
import type { ErrorCode, ErrorTable } from './error-code.js'

const flatten = (tables: Readonly<Record<ErrorArea, ErrorTable>>): Readonly<Record<number, ErrorCode>> =>
  Object.fromEntries(
    (Object.entries(tables) as [ErrorArea, ErrorTable][]).flatMap(([area, table]) =>
      Object.entries(table).map(([key, row]) => [key, { ...row, code: Number(key), area }]),
    ),
  )

/** Every error code of §2.7 and §2.8 by number. A code that is missing here is unknown to the documentation. */
export const errorCodes: Readonly<Record<number, ErrorCode>> = /* @__PURE__ */ flatten({
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

/** A code that the tables know. */
export type KnownErrorCode =
  | keyof typeof tokenErrorCodes
  | keyof typeof accountErrorCodes
  | keyof typeof guildMessageErrorCodes
  | keyof typeof sendPipelineErrorCodes
  | keyof typeof c2cGroupSendErrorCodes
  | keyof typeof streamErrorCodes
  | keyof typeof recallErrorCodes
  | keyof typeof uploadErrorCodes
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
