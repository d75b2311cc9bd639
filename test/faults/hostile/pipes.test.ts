import { PIPE_KINDS } from './kinds/pipes.js'
import { springAll } from './spring.js'

springAll('pipes', PIPE_KINDS)
