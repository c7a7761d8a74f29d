/** The core as both hosts start it. */
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { createApp } from '../core/app.ts'
import { createLogFile } from '../core/log.ts'
import { createMimeWorker } from '../core/mime/mime.ts'
import { acquireProfileLock } from '../core/storage/profile-lock.ts'
import { isNewerProfile } from '../core/storage/profile.ts'
import type { Core } from './program.ts'

/** `mimeWorker` is the built worker that reads messages. */
export function composeCore(mimeWorker: URL): Core {
  return {
    createApp: (host, options) =>
      createApp(host, {
        ...options,
        version: packageJson.version,
        mime: createMimeWorker(mimeWorker),
        writeLog: createLogFile(join(host.dataFolder, 'pillarbox.log')),
        allowLoopbackImages: process.env.PILLARBOX_LOOPBACK_PICTURES === '1',
      }),
    acquireProfileLock,
    isNewerProfile,
  }
}
