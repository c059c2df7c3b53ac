import { library } from '../../tsup.preset.js'

export default library({
  // The tables are half Chinese: written out they are readable, and smaller than as escapes.
  esbuildOptions(options) {
    options.charset = 'utf8'
  },
})
