import { describe, it } from 'vitest'

import { control } from '../../src/control/index.js'
import { Bot, type BotOptions } from '../../src/index.js'
import { everyScene, talk } from '../support/every-scene.js'

const made = (given: BotOptions): Bot =>
  new Bot({ ...given, texts: { control: { nothing: 'Nothing runs.', forgotten: 'Who are you?' } } }).use(
    control({ forget: [{ clear: () => {} }], texts: { forgotten: 'Forgotten.' } }),
  )

describe.each(everyScene)('BT-48 the words of /stop and /new in %s over the %s', (...where) => {
  it('are those of the bot, or of one control()', async () => {
    await talk(where, made, async (person) => {
      await person.say('/stop').expect('Nothing runs.')
      await person.say('/new').expect('Forgotten.')
    })
  })
})
