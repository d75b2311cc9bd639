import { PLACE_KINDS } from './kinds/places.js'
import { springAll } from './spring.js'

springAll('places', PLACE_KINDS)
