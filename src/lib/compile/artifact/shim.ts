/**
 * What stands in for `lua-cli` in an artifact: primitive classes and `define…`
 * functions that only carry their config, and every other name as the sandbox's global of that name, looked up
 * each time it is used and never at load.
 */

/** `lua-cli` and whatever lies below it. */
export const LUA_CLI = /^lua-cli(?:\/|$)/

/** Names of the primitive classes, those of newer kinds included: code that makes one at load must still load. */
const CLASSES =
  'Lua(Agent|Skill|Tool|Webhook|Job|P(re|ost)[pP]rocessor|MCPServer|Trigger|Device|DeviceTrigger|Voice|VoiceTool|Workflow)' +
  '|P(re|ost)Processor'

/**
 * CommonJS, so that the bundler turns each imported name into a property access at the place of its use. The
 * exports inherit from a Proxy: the bundler's interop copies own properties, and keeps the prototype.
 */
const MAIN = `
class Carrier {
  constructor(config) { Object.assign(this, config) }
  addTool(tool) { this.addTools([tool]) }
  addTools(tools) { this.tools = [...(this.tools ?? []), ...tools] }
}
const get = (classes, key) => {
  const name = String(key)
  if (/^(${CLASSES})$/.test(name)) return classes[name] ??= class extends Carrier {}
  return /^define[A-Z]/.test(name) ? config => config : globalThis[key]
}
module.exports = Object.create(new Proxy({}, { get }))
`

/**
 * `lua-cli/voice` names plugin namespaces whose classes describe a model (`new deepgram.STT({ … })`). They are for
 * voices, a newer kind that is not compiled here; code that builds one at load must still load.
 */
const VOICE = `
class Plugin { constructor(options) { Object.assign(this, options) } }
const namespace = new Proxy({}, { get: () => Plugin })
module.exports = Object.create(new Proxy({}, {
  get: (_, name) => name === '__esModule' ? undefined : globalThis[name] ?? namespace,
}))
`

/** The module that replaces an import of `specifier`. */
export function shimFor(specifier: string): string {
  return specifier === 'lua-cli/voice' ? VOICE : MAIN
}
