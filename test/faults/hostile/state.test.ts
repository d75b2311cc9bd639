import { STATE_KINDS } from './kinds/state.js'
import { springAll } from './spring.js'

springAll('state', STATE_KINDS)
