import { describe, expect, it } from 'vitest'

import { accountErrorCodes } from '../../src/errors/codes/account.js'
import {
  apiPermissionErrorCodes,
  reactionErrorCodes,
} from '../../src/errors/codes/api-permission-reaction.js'
import { c2cGroupSendErrorCodes } from '../../src/errors/codes/c2c-group-send.js'
import { forumErrorCodes } from '../../src/errors/codes/forum.js'
import { guildMessageErrorCodes } from '../../src/errors/codes/guild-message.js'
import {
  announceErrorCodes,
  channelPermissionErrorCodes,
  messageSettingErrorCodes,
  muteErrorCodes,
} from '../../src/errors/codes/guild-settings.js'
import {
  interactionErrorCodes,
  menuPanelErrorCodes,
  shareLinkErrorCodes,
} from '../../src/errors/codes/interaction-panel.js'
import { scheduleErrorCodes } from '../../src/errors/codes/schedule.js'
import { sendPipelineErrorCodes } from '../../src/errors/codes/send-pipeline.js'
import {
  recallErrorCodes,
  streamErrorCodes,
  uploadErrorCodes,
} from '../../src/errors/codes/stream-recall-upload.js'
import { tokenErrorCodes, tokenOnlyErrorCodes } from '../../src/errors/codes/token.js'
import { uploadPrepareErrorCodes } from '../../src/errors/codes/upload-prepare.js'
import { errorCodes } from '../../src/index.js'

describe('the tables behind the error table', () => {
  it('share no code, so that no row hides another', () => {
    const tables = [
      accountErrorCodes,
      announceErrorCodes,
      apiPermissionErrorCodes,
      c2cGroupSendErrorCodes,
      channelPermissionErrorCodes,
      forumErrorCodes,
      guildMessageErrorCodes,
      interactionErrorCodes,
      menuPanelErrorCodes,
      messageSettingErrorCodes,
      muteErrorCodes,
      reactionErrorCodes,
      recallErrorCodes,
      scheduleErrorCodes,
      sendPipelineErrorCodes,
      streamErrorCodes,
      tokenErrorCodes,
      uploadErrorCodes,
    ]
    const keys = tables.flatMap((table) => Object.keys(table))
    expect(keys.length).toBe(new Set(keys).size)
    // A meaning of one endpoint may reuse a number; the common meaning is in the common table.
    const own = [shareLinkErrorCodes, tokenOnlyErrorCodes, uploadPrepareErrorCodes]
    const all = new Set([...keys, ...own.flatMap((table) => Object.keys(table))])
    expect(Object.keys(errorCodes).length).toBe(all.size)
  })
})
