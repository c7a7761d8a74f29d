import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { createApp } from '../core/app.ts'
import { createLogFile } from '../core/log.ts'
import { createMimeWorker } from '../core/mime/mime.ts'
import { acquireProfileLock } from '../core/vault/profile-lock.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { runProgram } from './program.ts'

// built, this file is dist/main/node.mjs, beside it the worker; the pages are dist/renderer
const worker = new URL('./mime-worker.mjs', import.meta.url)
const code = await runProgram(process.argv.slice(2), fileURLToPath(new URL('../renderer/', import.meta.url)), {
  createApp: (host, options) =>
    createApp(host, {
      ...options,
      version: packageJson.version,
      mime: createMimeWorker(worker),
      writeLog: createLogFile(join(host.dataFolder, 'pillarbox.log')),
      allowLoopbackPictures: process.env.PILLARBOX_LOOPBACK_PICTURES === '1',
    }),
  acquireProfileLock,
})
process.exit(code) // nothing of the core may keep a stopped program alive
