import type { Hunk } from '../../splice.js'
import type { Module } from '../names/module.js'

/** A hunk of a module's text. */
export interface Edit extends Hunk {
  module: Module
}
