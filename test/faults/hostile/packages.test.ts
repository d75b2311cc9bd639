import { PACKAGE_KINDS } from './kinds/packages.js'
import { springAll } from './spring.js'

springAll('packages and programs', PACKAGE_KINDS)
