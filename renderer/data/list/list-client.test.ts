import { afterEach, expect, test } from 'vitest'
import { setLocale } from '../words/locale.ts'
import { createListClient } from './list-client.ts'
import type { ToWorker } from './list-protocol.ts'

afterEach(() => setLocale('en-GB'))

test('the worker hears of the locale first', () => {
  const sent: ToWorker[] = []
  setLocale('de-DE')
  const worker = { postMessage: (message: ToWorker) => sent.push(message), addEventListener: () => undefined, terminate: () => undefined }
  createListClient(worker, () => undefined).refresh()
  expect(sent).toEqual([{ kind: 'locale', locale: 'de-DE' }, { kind: 'refresh' }])
})
