/**
 * Keeps a draft in the core while it is written. Rules: what is typed is on its way within `saveAfterMs` of the first change; one save at a time, the newest text
 * wins; a save that fails is told in words and tried again, and the text stays where it is.
 */
import { MailError } from '../../../shared/errors.ts'
import type { Draft } from '../../../shared/model/outgoing.ts'
import { errorWords } from '../words/errors.ts'
import { say } from '../words/say.ts'

export type Saving =
  | { state: 'untouched' }
  | { state: 'unsaved' }
  | { state: 'saving' }
  /** `at` in ms. */
  | { state: 'saved'; at: number }
  | { state: 'failed'; message: string }

export interface KeeperNeeds {
  /** The draft as it is now. */
  read(): Draft
  save(draft: Draft): Promise<unknown>
  told(saving: Saving): void
  now(): number
}

export const saveAfterMs = 700
const retryMs = [1000, 2000, 5000, 10_000] as const

/** As it stands in "Not saved: …", without a full stop. */
function reasonOf(error: unknown): string {
  if (error instanceof MailError && error.kind === 'full') return say('composer.noSpace')
  return errorWords(error).replace(/\.$/, '')
}

export class DraftKeeper {
  private timer: ReturnType<typeof setTimeout> | null = null
  private running: Promise<void> | null = null
  private dirty = false
  private stopped = false
  private failures = 0

  constructor(
    private readonly needs: KeeperNeeds,
    private revision: number,
    /** The core has it. */
    private kept: boolean,
  ) {}

  /** True once the core has the draft. */
  get isKept(): boolean {
    return this.kept
  }

  /** Something was changed. */
  touch(): void {
    if (this.stopped) return
    this.dirty = true
    if (this.failures === 0) this.needs.told({ state: 'unsaved' })
    this.schedule(saveAfterMs)
  }

  /** Saves what is not saved; true once the core has it all. */
  async flush(): Promise<boolean> {
    for (let i = 0; i < 3 && !this.stopped; i++) {
      if (this.running) await this.running
      if (!this.dirty) return true
      await this.run()
      if (this.failures > 0) return false
    }
    return !this.dirty
  }

  /** Saves even where nothing was changed: files need a message that is there. */
  async keep(): Promise<boolean> {
    if (!this.kept) this.dirty = true
    return this.flush()
  }

  /** Nothing is saved any more. Waits for a save that is under way. */
  async stop(): Promise<void> {
    this.stopped = true
    if (this.timer) clearTimeout(this.timer)
    await this.running
  }

  private schedule(ms: number): void {
    if (this.timer || this.stopped) return
    this.timer = setTimeout(() => {
      this.timer = null
      if (this.dirty) void this.run()
    }, ms)
  }

  private run(): Promise<void> {
    this.running ??= this.saveOnce().finally(() => (this.running = null))
    return this.running
  }

  private async saveOnce(): Promise<void> {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.dirty = false
    this.needs.told({ state: 'saving' })
    try {
      await this.needs.save({ ...this.needs.read(), revision: ++this.revision })
      this.kept = true
      this.failures = 0
      this.needs.told(this.dirty ? { state: 'unsaved' } : { state: 'saved', at: this.needs.now() })
    } catch (error) {
      this.dirty = true
      this.needs.told({ state: 'failed', message: reasonOf(error) })
      this.schedule(retryMs[Math.min(this.failures++, retryMs.length - 1)]!)
      return
    }
    if (this.dirty) this.schedule(saveAfterMs)
  }
}
