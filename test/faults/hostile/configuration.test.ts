import { CONFIGURATION_KINDS } from './kinds/configuration.js'
import { springAll } from './spring.js'

springAll('settings and git', CONFIGURATION_KINDS)
