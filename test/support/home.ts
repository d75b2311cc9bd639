/** The tests' home folder: no credentials, and no file of the person's who runs them. */

import { join } from 'node:path'

export const HOME = join(import.meta.dirname, '..', 'fixtures', 'empty-home')

process.env.HOME = HOME
