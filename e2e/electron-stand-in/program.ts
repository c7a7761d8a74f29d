/** The whole program on the stand-in. Built, this file is dist/main-stand-in/program.mjs, beside it what is beside the real one. */
import { app } from './electron.ts'

// started as `electron FOLDER` (https://electronjs.org/docs/api/process: process.defaultApp)
Object.assign(process, { defaultApp: true })
await import('../../electron/host-electron/main.ts')
await app.mainModuleEvaluated()
