import { library, throughCommonJs } from '../../tsup.preset.js'
import { undiciParts } from './undici-parts.js'

export default library({
  entry: ['src/index.ts', 'src/text/index.ts'],
  noExternal: ['valibot'],
  plugins: [throughCommonJs('undici', undiciParts)],
})
