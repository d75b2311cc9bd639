/**
 * Many runs at once that mostly wait: only a few may *start* at a time, so that what is measured is the program
 * and not the queue for the processor.
 */
export class Gate {
  private readonly waiting: (() => void)[] = []

  constructor(private free: number) {}

  /** Waits for a place, then runs `work`, which gives the place back (at the latest when it ends). */
  async through<T>(work: (release: () => void) => Promise<T>): Promise<T> {
    await this.enter()
    let held = true
    const release = () => {
      if (held) this.leave()
      held = false
    }
    try {
      return await work(release)
    } finally {
      release()
    }
  }

  private enter(): Promise<void> {
    if (this.free > 0) {
      this.free -= 1
      return Promise.resolve()
    }
    return new Promise(resolve => this.waiting.push(resolve))
  }

  private leave(): void {
    const next = this.waiting.shift()
    if (next) next()
    else this.free += 1
  }
}
