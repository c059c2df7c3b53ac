import { describePage } from '../support/page-in-browser.js'

describePage(390)
