import { render } from 'preact'

import { App } from './components/app.js'
import { follow } from './store/link.js'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/top-bar.css'
import './styles/rooms.css'
import './styles/chat.css'
import './styles/bubbles.css'
import './styles/parts.css'
import './styles/keyboard.css'
import './styles/notes.css'
import './styles/composer.css'
import './styles/welcome.css'
import './styles/markdown.css'
import './styles/side.css'
import './styles/feed.css'
import './styles/timeline.css'
import './styles/output.css'
import './styles/faults.css'
import './styles/live.css'

const root = document.querySelector('#app')
if (root) render(<App />, root)
follow()
