import { png } from './pictures.js'
import type { Heard } from './scripted-bot.js'

/** A second of silence as WAV. */
const wav = (): Buffer => {
  const samples = 8000
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(8000, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples, 40)
  return Buffer.concat([head, Buffer.alloc(samples, 128)])
}

const silk = Buffer.concat([Buffer.from([2]), Buffer.from('#!SILK_V3'), Buffer.alloc(3000, 7)])
const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(4000)])

/** What the bot uploads, by its command: `file_type`, bytes and name. */
const uploads: Readonly<Record<string, readonly [number, Buffer, string]>> = {
  picture: [1, png(300, 200, true), ''],
  video: [2, mp4, 'clip.mp4'],
  wav: [3, wav(), 'hello.wav'],
  silk: [3, silk, 'voice.silk'],
  file: [4, Buffer.from('a,b\n1,2\n'), 'table.csv'],
}

const button = (id: string, action: object, more: object = {}): object => ({
  id,
  render_data: { label: id, visited_label: `${id} ✓`, style: 1 },
  action: { type: 1, data: `pressed ${id}`, ...action },
  ...more,
})

const MARKDOWN = [
  '# Title',
  'Some **bold** text, `code` and a [link](https://example.test/).',
  '<qqbot-cmd-input text="%2Fhelp%20me" show="Ask for help" reference="true" /> or',
  '<qqbot-cmd-enter text="/now" />',
  '',
  '| number | quantity | remark |',
  '| --- | --- | --- |',
  '| one | unbreakable-words | stay whole |',
].join('\n')

const keyboard = (rows: readonly (readonly object[])[]): object => ({
  content: { rows: rows.map((buttons) => ({ buttons })) },
})

const BUTTONS = keyboard([
  [button('Yes', {}, { group_id: 'vote' }), button('No', {}, { group_id: 'vote' })],
  [
    button('Sure', { modal: { content: 'Really delete it?', confirm_text: 'Delete', cancel_text: 'Keep' } }),
    button('Admins', { permission: { type: 1 } }),
  ],
  [
    button('Reply', { type: 2, data: '/reply', reply: true }),
    button('Send', { type: 2, data: '/go', enter: true }),
  ],
])

/** Plain messages by their command. */
const messages: Readonly<Record<string, Record<string, unknown>>> = {
  markdown: { msg_type: 2, markdown: { content: MARKDOWN } },
  remote: { msg_type: 2, markdown: { content: '![a cat #40px #40px](https://cats.example.test/cat.png)' } },
  wide: {
    msg_type: 2,
    markdown: { content: 'Wide' },
    keyboard: keyboard([
      Array.from({ length: 5 }, (_, n) => button(`A label that is much too long, number ${n}`, {})),
    ]),
  },
  buttons: { msg_type: 2, markdown: { content: 'Choose' }, keyboard: BUTTONS },
  ark: {
    msg_type: 3,
    ark: {
      template_id: 23,
      kv: [
        { key: '#DESC#', value: 'Three links' },
        { key: '#PROMPT#', value: 'links' },
        {
          key: '#LIST#',
          obj: [
            {
              obj_kv: [
                { key: 'desc', value: 'the first' },
                { key: 'link', value: 'https://example.test/1' },
              ],
            },
            { obj_kv: [{ key: 'desc', value: 'no link' }] },
          ],
        },
      ],
    },
  },
  embed: { embed: { title: 'Weather', prompt: 'w', fields: [{ name: 'sunny' }, { name: '21 °C' }] } },
}

const typing = { msg_type: 6, input_notify: { input_type: 1, input_second: 30 } }

const sendFormPicture = async ({ call }: Heard): Promise<void> => {
  const form = new FormData()
  form.set('content', 'with a picture')
  form.set('file_image', new Blob([Uint8Array.from(png(120, 80))]), 'a.png')
  await call('POST', 'messages', form)
}

/** A bot that sends one of everything. Anything else it echoes, with the quote that it heard. */
export const showcase = async (heard: Heard): Promise<void> => {
  const { text, send, call } = heard
  const upload = uploads[text]
  if (upload) {
    const [file_type, bytes, file_name] = upload
    const { file_info } = await call('POST', 'files', {
      file_type,
      file_data: bytes.toString('base64'),
      file_name,
    })
    await send({ msg_type: 7, media: { file_info } })
    return
  }
  if (text === 'form picture') {
    await sendFormPicture(heard)
    return
  }
  if (text === 'typing') {
    await send(typing)
    return
  }
  await send(messages[text] ?? { content: `heard: ${text}` })
}
