/** What the declaration of a primitive says, field by field: a config object, a class, or both. */

import type { Class, Node } from '@babel/types'
import {
  constructorOf,
  evaluate,
  type Handle,
  instanceMember,
  literalKey,
  member,
  type Sources,
  type Static,
  type StaticObject,
} from '../../source/index.js'

interface Field {
  /** The property or member as it is written. */
  at: Handle
  /** What it is, as far as that can be known without running the code. */
  value: Static | undefined
}

export class Fields {
  readonly #sources: Sources
  readonly #config: StaticObject | undefined
  /** The classes of the declaration, the most derived first. */
  readonly classes: readonly Handle<Class>[]

  constructor(sources: Sources, config: StaticObject | undefined, classes: readonly Handle<Class>[] = []) {
    this.#sources = sources
    this.#config = config
    this.classes = classes
  }

  get(key: string): Field | undefined {
    for (const handle of this.classes) {
      const found = this.#inClass(handle, key)
      if (found) return found
    }
    const property = this.#config?.properties.get(key)
    if (!this.#config || !property) return undefined
    return {
      at: { module: property.value.module, node: property.node },
      value: member(this.#sources, this.#config, key),
    }
  }

  /** What an expression of a field is. */
  evaluate(handle: Handle): Static {
    return evaluate(this.#sources, handle)
  }

  /** The text of a field, if it is one that can be known. */
  text(key: string): string | undefined {
    const value = this.get(key)?.value
    return value?.kind === 'string' ? value.value : undefined
  }

  /** Keys of the config object; a class may have any others for its own use. */
  get configKeys(): string[] {
    return [...(this.#config?.properties.keys() ?? [])]
  }

  /** Properties of these names, where they stand in `module` itself. */
  written(keys: readonly string[], module: Handle['module']): Node[] {
    return keys.flatMap(key => {
      const at = this.get(key)?.at
      return at?.module === module && isOwn(this.#config, this.classes, at.node) ? [at.node] : []
    })
  }

  #inClass(handle: Handle<Class>, key: string): Field | undefined {
    const found = instanceMember(handle, key) ?? parameterProperty(handle, key)
    if (!found) return undefined
    const at = { module: handle.module, node: found }
    const isStatic = found.type === 'ClassProperty' && found.value
    if (found.type === 'ClassProperty' && !found.value) return undefined
    return {
      at,
      value: isStatic ? evaluate(this.#sources, { module: handle.module, node: isStatic }) : undefined,
    }
  }
}

/** `constructor(public name: string)`. */
function parameterProperty(handle: Handle<Class>, key: string): Node | undefined {
  return constructorOf(handle)?.params.find(
    parameter =>
      parameter.type === 'TSParameterProperty' &&
      parameter.parameter.type === 'Identifier' &&
      literalKey(parameter.parameter, false) === key,
  )
}

/** Does the node stand directly in the config or in one of the classes, not in something that is spread in? */
function isOwn(config: StaticObject | undefined, classes: readonly Handle<Class>[], node: Node): boolean {
  const own = config?.at.node
  return (
    (own?.type === 'ObjectExpression' && (own.properties as Node[]).includes(node)) ||
    classes.some(handle => (handle.node.body.body as Node[]).includes(node))
  )
}
