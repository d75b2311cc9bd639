/** Every run of the suite tries the same cases; `SEED=n` tries others. The tests of `test/faults` choose theirs by chance. */

import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) })
