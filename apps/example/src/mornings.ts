import process from 'node:process'
import { inspect } from 'node:util'

import type { Bot } from '@qqkit/bot'
import {
  broadcast,
  type BroadcastRecord,
  fileRecordStore,
  type Place,
  type RecordStore,
  rememberPlaces,
} from '@qqkit/bot/proactive'
import { Cron } from 'croner'

/** Where places and broadcasts outlive a restart. */
export interface MorningStores {
  readonly places: RecordStore<Place>
  readonly news: RecordStore<BroadcastRecord>
}

const ZONE = 'Asia/Shanghai'

/** Stores in the files of a folder. */
export const storesIn = (folder: string = 'data'): MorningStores => ({
  places: fileRecordStore({ path: `${folder}/places.jsonl` }),
  news: fileRecordStore({ path: `${folder}/news.jsonl` }),
})

/** One id for each day: a process that starts again in the middle greets the other groups. */
const today = (): string => new Intl.DateTimeFormat('sv', { timeZone: ZONE }).format(new Date())

/** Says good morning at eight to every group that the bot knows. Call it before handlers are registered. */
export const sayGoodMorning = (bot: Bot, { places: store, news }: MorningStores): Cron => {
  const places = rememberPlaces(bot, { store })
  const report = (error: unknown): void => void process.stderr.write(`${inspect(error)}\n`)
  return new Cron('0 8 * * *', { timezone: ZONE, unref: true, protect: true, catch: report }, async () => {
    await broadcast(bot, places.of('group'), 'Good morning!', {
      resume: { id: `morning ${today()}`, store: news },
    })
  })
}
