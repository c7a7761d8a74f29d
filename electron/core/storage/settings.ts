/** The person's settings, in one atomic JSON file. */
import { join } from 'node:path'
import { Settings } from '../../../shared/model/settings.ts'
import { createSerialQueue, readJson, writeAtomic } from './atomic-file.ts'

const defaults: Settings = { theme: 'system', density: 'normal', layout: 'columns' }

export interface SettingsStore {
  readonly current: Settings
  change(change: Partial<Settings>): Promise<Settings>
}

export async function openSettings(dataFolder: string): Promise<SettingsStore> {
  const file = join(dataFolder, 'settings.json')
  const serially = createSerialQueue()
  let current = { ...defaults, ...(await readJson(file, Settings.partial(), {})) }
  return {
    get current() {
      return current
    },
    async change(change) {
      current = { ...current, ...change }
      await serially(() => writeAtomic(file, JSON.stringify(current)))
      return current
    },
  }
}
