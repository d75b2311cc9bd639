import { TEXT_KINDS } from './kinds/texts.js'
import { springAll } from './spring.js'

springAll('texts', TEXT_KINDS)
