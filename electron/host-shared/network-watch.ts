/** Tells when connections have become stale: the addresses of this computer changed, or it slept (the clock jumped). */
import { networkInterfaces } from 'node:os'

const intervalMs = 5_000
/** A timer that comes so late was not late: the computer slept. One that comes before it was set: the clock was put back, and what waits for a time waits too long. */
const jumpMs = 15_000

export interface NetworkWatchSources {
  addresses(): string
  now(): number
}

function readAddresses(): string {
  return Object.entries(networkInterfaces())
    .flatMap(([name, list]) => (list ?? []).map(({ address }) => `${name} ${address}`))
    .sort()
    .join('\n')
}

export class NetworkWatch {
  private readonly timer: NodeJS.Timeout
  private addresses: string
  private seenAt: number

  constructor(
    private readonly onChange: () => void,
    private readonly sources: NetworkWatchSources = { addresses: readAddresses, now: Date.now },
  ) {
    this.addresses = sources.addresses()
    this.seenAt = sources.now()
    this.timer = setInterval(() => this.look(), intervalMs)
    this.timer.unref()
  }

  /** Compares with the last look; public so that a test need not wait. */
  look(): void {
    const addresses = this.sources.addresses()
    const now = this.sources.now()
    const changed = addresses !== this.addresses || Math.abs(now - this.seenAt) > jumpMs
    this.addresses = addresses
    this.seenAt = now
    if (changed) this.onChange()
  }

  dispose(): void {
    clearInterval(this.timer)
  }
}
