/** The source room: TypeScript as text. Reads a static value, says where it is declared, plans its rewriting. */
export { type AgentDeclaration, ENTRY_FILES, findAgent, findAgentIn, shownPath } from './agent/agent.js'
export {
  assignedInConstructor,
  classChain,
  constructorOf,
  handedUp,
  instanceMember,
  isLuaAgent,
  superclassOf,
} from './agent/classes.js'
export { configHandle, configOf, type DeclaredProperty, declaredProperty } from './agent/declared.js'
export { environmentPlace } from './agent/environment.js'
export { type PropertyValue, readProperty } from './agent/property.js'
export {
  type AgentText,
  type ChannelTexts,
  type EnvironmentRead,
  notKnown,
  readAgent,
  readName,
  readPersona,
  type StaticText,
  staticText,
} from './agent/read.js'
export type { ModuleForm } from './files/form.js'
export { diskHost, overlayHost, type SourceHost } from './files/host.js'
export type { Resolution } from './files/resolve.js'
export { codeFrame } from './files/text.js'
export { patternNames } from './names/exports.js'
export { conflicted, type Handle, type Module, type Parser } from './names/module.js'
export { eachChild, isTypeOnly, literalKey, range, unwrap } from './names/nodes.js'
export { changesOf, lookup } from './names/scope.js'
export { Sources } from './names/sources.js'
export { evaluate, member } from './value/evaluate.js'
export { type Json, type StaticJson, staticJson } from './value/json.js'
export {
  isLuaPackage,
  notText,
  type Property,
  type Static,
  type StaticArray,
  type StaticCall,
  type StaticClass,
  type StaticExternal,
  type StaticFunction,
  type StaticInstance,
  type StaticObject,
  type StaticPlain,
  type StaticString,
  type StaticUnknown,
  snippet,
} from './value/values.js'
export { type Replacement, replacements } from './write/places.js'
export { type Change, type PlannedPlace, planWrite, type WritePlan } from './write/plan.js'
