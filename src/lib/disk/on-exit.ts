/** What must be put right if the process is ended in the middle. One listener serves all runs of the process. */

const actions = new Set<() => void>()

function runAll(): void {
  for (const action of [...actions].reverse()) {
    try {
      action()
    } catch {
      // Nobody is left to tell; the next run puts right what could not be put right here.
    }
  }
}

/** Has `action` (synchronous) run when the process exits, the latest first. Returns how to call that off. */
export function onExit(action: () => void): () => void {
  if (actions.size === 0) process.on('exit', runAll)
  actions.add(action)
  return () => {
    actions.delete(action)
    if (actions.size === 0) process.removeListener('exit', runAll)
  }
}
