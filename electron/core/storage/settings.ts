/**
 * The person's settings, in one atomic JSON file. A value this version does not know is not used and not destroyed: its setting has the usual value, and the file keeps
 * the other one until the person changes that setting.
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { Fact } from '../../../shared/errors.ts'
import { Settings } from '../../../shared/model/settings.ts'
import { createSerialQueue } from './atomic-file.ts'
import { openRecordFile, type Format } from './records.ts'

/** Each value is judged by itself. */
const SettingsFile = z.record(z.string(), z.unknown())
const settingsFormat: Format<typeof SettingsFile> = { name: 'settings.json', version: 2, schema: SettingsFile, upgrades: { 1: old => old } }
const defaults: Settings = { theme: 'system', density: 'normal', layout: 'columns' }

export interface SettingsStore {
  readonly current: Settings
  /** What could not be read. */
  readonly warnings: readonly Fact[]
  change(change: Partial<Settings>): Promise<Settings>
}

export async function openSettings(dataFolder: string): Promise<SettingsStore> {
  const file = await openRecordFile(settingsFormat, join(dataFolder, settingsFormat.name))
  const serially = createSerialQueue()
  const warnings: Fact[] = file.problem === null ? [] : [{ code: 'startup.settings', params: {} }]
  /** As the file has it, with all that is not known here. */
  let kept = file.value ?? {}
  let current = { ...defaults }
  for (const key of Settings.keyof().options) {
    if (!(key in kept)) continue
    const value = Settings.shape[key].safeParse(kept[key])
    if (value.success) current = { ...current, [key]: value.data }
    else warnings.push({ code: 'startup.setting', params: { setting: key } })
  }
  return {
    get current() {
      return current
    },
    warnings,
    async change(change) {
      current = { ...current, ...change }
      await serially(async () => {
        kept = { ...kept, ...change }
        await file.write(kept)
      })
      return current
    },
  }
}
