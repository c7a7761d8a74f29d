/** The program on plain Node. Built, this file is dist/main/node.mjs, beside it the worker; the pages are dist/renderer. */
import { fileURLToPath } from 'node:url'
import { composeCore } from '../host-shared/core.ts'
import { prepareProgram } from '../host-shared/program.ts'
import { createNodeHost } from './host.ts'

const rendererFolder = fileURLToPath(new URL('../renderer/', import.meta.url))

const program = await prepareProgram(process.argv.slice(2), composeCore(new URL('./mime-worker.mjs', import.meta.url)), {
  name: 'node',
  openHost: options =>
    createNodeHost({
      dataFolder: options.profile,
      downloadsFolder: options.downloads,
      rendererFolder,
      headless: options.headless,
      debugPort: process.env.PILLARBOX_DEBUG_PORT === '0',
      ...(options.theme ? { theme: options.theme } : {}),
    }),
})
process.exit(await program.run()) // nothing of the core may keep a stopped program alive
