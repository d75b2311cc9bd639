/** The source room: TypeScript as text. Reads a static value, says where it is declared, plans its rewriting. */
export { type AgentDeclaration, ENTRY_FILES, findAgent, shownPath } from './agent/agent.js'
export {
  classChain,
  constructorOf,
  handedUp,
  instanceMember,
  superclassOf,
} from './agent/classes.js'
export { configOf, type DeclaredProperty, declaredProperty } from './agent/declared.js'
export { environmentPlace } from './agent/environment.js'
export { readProperty } from './agent/property.js'
export {
  type EnvironmentRead,
  notKnown,
  readName,
  readPersona,
} from './agent/read.js'
export { diskHost, type SourceHost } from './files/host.js'
export { codeFrame } from './files/text.js'
export { declaredNames } from './names/exports.js'
export { conflicted, type Handle, type Module, type Parser } from './names/module.js'
export { eachChild, isTypeOnly, literalKey, range, unwrap } from './names/nodes.js'
export { lookup } from './names/scope.js'
export { Sources } from './names/sources.js'
export { asDeclared } from './value/changed.js'
export { evaluate, member } from './value/evaluate.js'
export type { Json } from './value/json.js'
export {
  isLuaPackage,
  notText,
  type Property,
  type Static,
  type StaticInstance,
  type StaticObject,
  snippet,
} from './value/values.js'
export { type AgentChange, planWrite, type WritePlan } from './write/plan.js'
export { replacements } from './write/replacements.js'
