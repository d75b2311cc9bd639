/** Keeps the bundler, which reads files by itself, inside the fence. */

import type { Plugin } from 'esbuild'
import type { Fence } from '../../fence.js'

/** Files with such names in their path are asked about one by one; `.pnpm` is where pnpm keeps packages. */
const ODD = /[/\\](?:\.[^p]|[^/\\]*~\d|[^/\\]*[^\x21-\x7e])/
/** An installed package may lie outside the workspace, in the package manager's own store. */
export const INSTALLED = /[/\\]node_modules[/\\].*\.(?:[cm]?[jt]sx?|json)$/

/**
 * The bundler gives real paths here. A callback costs every file a round trip, so the usual ones, inside the workspace
 * and of plain names, get none.
 */
export function fencePlugin(fence: Fence): Plugin {
  const judged = ({ path }: { path: string }) => {
    const reason = fence.readRefusal(path)
    if (reason === undefined || INSTALLED.test(path)) return undefined
    return { errors: [{ text: `${path} was not read: ${reason}` }] }
  }
  return {
    name: 'fence',
    setup(build) {
      build.onLoad({ filter: outsideOf(fence.workspace), namespace: 'file' }, judged)
      build.onLoad({ filter: ODD, namespace: 'file' }, judged)
    },
  }
}

/** Matches every path that does not begin with this one; the bundler's expressions cannot look ahead. */
function outsideOf(folder: string): RegExp {
  let pattern = '[^/\\\\]'
  for (const character of [...folder].reverse()) {
    const plain = character.replace(/[!-/:-@[-`{-~]/, '\\$&')
    pattern = `(?:[^${plain}]|${plain}(?:${pattern}|$))`
  }
  return new RegExp(`^${pattern}`)
}
