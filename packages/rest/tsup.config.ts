import { library } from '../../tsup.preset.js'

export default library({ entry: ['src/index.ts', 'src/text/index.ts'], noExternal: ['valibot'] })
