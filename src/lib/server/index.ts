/** The Lua server: one client, typed answers, typed errors. */
export { createServer } from './client.js'
export type * from './types.js'
export { latestPublished, personaOf } from './versions.js'
