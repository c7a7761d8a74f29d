/**
 * The profile: a folder with all that outlives a run. `profile.json` says which version of it the program that used it last knew; it is read before anything else,
 * and a newer one is left as it is.
 *
 *   version 1   Pillarbox 0.1.0: no profile.json; `letters/`, `letters.journal`
 *   version 2   `drafts/`, `outbox.journal`; every record says its version (records.ts)
 *   version 3   errors in the journals are codes
 */
import { access, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { MailError, type Fact } from '../../../shared/errors.ts'
import { isMissing, syncFolder } from './atomic-file.ts'
import { openRecordFile, readText, readTextFile, type Format } from './records.ts'

/** Grows with every change that an older program could not read or would damage. */
const ProfileFile = z.object({})
const profileFormat: Format<typeof ProfileFile> = {
  name: 'profile.json',
  version: 3,
  schema: ProfileFile,
  upgrades: { 1: old => old, 2: old => old },
}

/** What version 1 called it, and what it is now. */
const renamed: [before: string, now: string][] = [
  ['letters', 'drafts'],
  ['letters.journal', 'outbox.journal'],
]

const fileOf = (dataFolder: string): string => join(dataFolder, profileFormat.name)

/** True where only a newer program can use the profile. Changes nothing; the folder need not be there. */
export async function isNewerProfile(dataFolder: string): Promise<boolean> {
  const text = await readTextFile(fileOf(dataFolder))
  return text !== null && readText(profileFormat, text).kind === 'newer'
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false
      throw error
    },
  )
}

/** Makes the profile one of this version. Under the profile's lock. Throws `refused` where it is newer. Answers what the person must be told. */
export async function openProfile(dataFolder: string): Promise<Fact[]> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const file = await openRecordFile(profileFormat, fileOf(dataFolder))
  if (file.problem === 'newer') throw new MailError('refused', 'profile.newer')
  const warnings: Fact[] = []
  for (const [before, now] of renamed) {
    const [old, named] = [join(dataFolder, before), join(dataFolder, now)]
    if (!(await exists(old))) continue
    if (await exists(named)) {
      warnings.push({ code: 'startup.twoNames', params: { before, now } })
      continue
    }
    await rename(old, named)
    await syncFolder(dataFolder) // each by itself: whenever the program dies, the next start goes on with the rest
  }
  if (file.value !== null) return warnings
  try {
    await file.write({})
  } catch {
    // a full disk: the version is written at the next start, and every record says its own
  }
  return warnings
}
