import { library, throughCommonJs } from '../../tsup.preset.js'

export default library({ noExternal: ['valibot'], plugins: [throughCommonJs('ws', { WebSocket: null })] })
