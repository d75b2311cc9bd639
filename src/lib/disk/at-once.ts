/**
 * Runs `work` for every item, at most `limit` at a time. After a failure no further item is begun, and the
 * failure is thrown when those under way have ended: nothing goes on behind the caller's back.
 */
export async function atOnce<T>(
  limit: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries()
  let failed = false
  const worker = async () => {
    for (const [index, item] of queue) {
      if (failed) return
      try {
        await work(item, index)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker))
  const failure = ends.find(end => end.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}
