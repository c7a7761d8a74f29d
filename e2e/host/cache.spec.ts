/** The cache contract in the real cache.html, inside Chromium, over the bridge of the host. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@playwright/test'
import { portOver, type CachePort } from '../../electron/core/cache/port.ts'
import { cacheContract } from '../../electron/core/cache/test-support/contract-suite.ts'
import { createNodeHost, type NodeHost } from '../../electron/host-node/host.ts'
import { cacheCalls } from '../../shared/contract/cache-calls.ts'
import { createPeer } from '../../shared/rpc.ts'
import { buildProgram } from '../run/builds.mjs'

let folder: string
let host: NodeHost
let port: CachePort

test.beforeAll(async () => {
  await buildProgram()
  folder = await mkdtemp(join(tmpdir(), 'pillarbox-cache-'))
  const options = { downloadsFolder: folder, rendererFolder: join(import.meta.dirname, '../../dist/renderer'), headless: true }
  host = await createNodeHost({ dataFolder: join(folder, 'profile'), ...options })
  const connected = new Promise<CachePort>(resolve =>
    host.onPage(({ kind, transport }) => {
      if (kind !== 'cache') return
      const peer = createPeer(transport, { serves: {}, handlers: {}, calls: cacheCalls, emits: {}, hears: {}, on: {} })
      resolve(portOver((name, arg) => peer.call(name, arg)))
    }),
  )
  await host.openWindow({ theme: 'system' })
  port = await connected
})

test.afterAll(async () => {
  await host.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

cacheContract('cache.html in Chromium', { describe: (name, body) => test.describe(name, body), it: (name, body) => test(name, body) }, async () => {
  await port.attach({ stores: [], operations: [] }) // folders of accounts that are gone go: an empty cache
  return port
})
