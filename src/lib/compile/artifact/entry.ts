/** A primitive as an entry for the bundler: a module that imports it, and exports it as the platform wants it. */

import { basename, dirname, relative, sep } from 'node:path'
import { CHANNELS } from '../../persona.js'
import type { Primitive } from '../discover/primitive.js'
import { type PrimitiveKind, specOf } from '../kinds.js'
import { importedAs } from './modules.js'
import type { BundleEntry } from './plugins.js'

const ARTIFACT_VERSION = '2.0.0'

/** @param id see `BundleEntry` */
export function entryOf(id: string, primitive: Primitive): BundleEntry {
  const { site, workers } = primitive
  const { path } = site.module
  const contents = [
    `import {${importedAs(site)} as __lua_target} from ${JSON.stringify(`./${basename(path)}`)}`,
    // After it, as they are when the agent is loaded: they import it.
    ...workers.map(
      worker => `import ${JSON.stringify(`./${relative(dirname(path), worker).replaceAll(sep, '/')}`)}`,
    ),
    epilogue(primitive, '__lua_target'),
  ]
  return { id, file: path, contents: contents.join(';'), isWide: workers.length > 0 }
}

/** `module.exports.default` of an artifact, as the platform wants it. */
function epilogue(primitive: Primitive, target: string): string {
  const { kind, isClass, name, fallbackName, description, assign } = primitive
  const made = isClass ? `new ${target}()` : target
  const value = Object.keys(assign).length > 0 ? `Object.assign(${made},${JSON.stringify(assign)})` : made
  const meta = [
    `version:${JSON.stringify(ARTIFACT_VERSION)}`,
    `kind:${JSON.stringify(kind)}`,
    `name:${name === undefined ? '__lua_value.name' : JSON.stringify(name)}`,
    `description:${description === undefined ? computedDescription(kind) : JSON.stringify(description)}`,
    `exportName:${JSON.stringify(primitive.site.exportName)}`,
  ]
  return [
    `const __lua_value=${value}`,
    ...(fallbackName === undefined ? [] : [`__lua_value.name??=${JSON.stringify(fallbackName)}`]),
    ...binding(primitive),
    `export default {__lua_primitive__:{${meta.join()}},primitive:__lua_value}`,
  ].join(';')
}

/** For an agent the text of its persona, as `personaText` has it. */
function computedDescription(kind: PrimitiveKind): string {
  if (kind !== 'agent') return '__lua_value.description??""'
  const texts = `(persona=>typeof persona==="string"?persona:${JSON.stringify(CHANNELS)}.map(key=>persona?.[key]).filter(text=>text!==undefined).join("\\n\\n"))`
  return `${texts}(__lua_value.persona)||(__lua_value.description??"")`
}

/** Methods are tied to their object, for a caller that takes them off it, as callers of tools do. */
function binding({ kind, declared }: Primitive): string[] {
  const isClass = declared.node.type.startsWith('Class')
  if (kind !== 'tool' && (!isClass || kind === 'agent')) return []
  const methods = JSON.stringify(specOf(kind).callables)
  return [
    // A method that a class is given later is the one that is called.
    `for(const key of Object.isSealed(__lua_value)?[]:${methods}){const method=__lua_value[key];` +
      'if(typeof method==="function")Object.defineProperty(__lua_value,key,{value:Object.hasOwn(__lua_value,key)?method.bind(__lua_value):' +
      '(...given)=>Reflect.get(Object.getPrototypeOf(__lua_value),key,__lua_value).apply(__lua_value,given),configurable:true,writable:true,enumerable:true})}',
  ]
}
