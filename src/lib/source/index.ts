/** The source room: TypeScript as text. Reads a static value, says where it is declared, plans its rewriting. */
export { type AgentDeclaration, ENTRY_FILES, findAgent, findAgentIn, shownPath } from './agent.js'
export {
  assignedInConstructor,
  classChain,
  constructorOf,
  handedUp,
  instanceMember,
  isLuaAgent,
  superclassOf,
} from './classes.js'
export { evaluate, member } from './evaluate.js'
export { diskHost, overlayHost, type SourceHost } from './host.js'
export type { Module, ModuleForm, Parser } from './module.js'
export { eachChild, literalKey, range, unwrap } from './nodes.js'
export { type Change, type PlannedSlot, planWrite, type WritePlan } from './plan.js'
export {
  type AgentText,
  type ChannelTexts,
  notKnown,
  readAgent,
  readName,
  readPersona,
  type StaticText,
  staticText,
  type TrailStep,
} from './read.js'
export type { Resolution } from './resolve.js'
export { changesOf, lookup } from './scope.js'
export { type AgentSlot, agentSlot, configHandle, configOf } from './slots.js'
export { Sources } from './sources.js'
export {
  type Handle,
  type Hop,
  type HopForm,
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
} from './statics.js'
export { codeFrame } from './text.js'
