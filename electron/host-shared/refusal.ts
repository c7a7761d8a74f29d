/**
 * The program may not run on this profile: a window says why, on a profile of its own that goes with it, and closing it ends the program. Nothing of the core runs.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coreCalls } from '../../shared/contract/core-calls.ts'
import type { MailError } from '../../shared/errors.ts'
import { createPeer } from '../../shared/rpc.ts'
import type { Host } from '../core/host.ts'
import type { Arguments } from './arguments.ts'

/** The same command line on an empty profile, among the temporary files. On Electron some of it stays there: its own process writes as it ends. */
export async function onEmptyProfile(options: Arguments): Promise<{ options: Arguments; remove(): Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'pillarbox-refusal-'))
  return { options: { ...options, profile }, remove: () => rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }) }
}

/** Resolves when the window has been created. */
export async function showRefusal(host: Host, error: MailError): Promise<void> {
  const { 'app.hello': hello } = coreCalls
  host.onPage(({ kind, transport }) => {
    if (kind !== 'window') return // its cache page waits for a core that never comes
    const refuse = (): never => {
      throw error
    }
    createPeer(transport, { serves: { 'app.hello': hello }, handlers: { 'app.hello': refuse }, calls: {}, emits: {}, hears: {}, on: {} })
  })
  await host.openWindow({ theme: 'system' })
}
