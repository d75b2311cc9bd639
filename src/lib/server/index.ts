/** The Lua server: one client, typed answers, typed errors. */
export { createServer } from './client.js'
export type * from './types.js'
export { PRIMITIVE_LISTS, type PrimitiveList, SETTINGS } from './types.js'
export { byNewest, latestPublished, newestVersion, personaOf, publishedVersion } from './versions.js'
