/** `npm run demo`: the program on a demo mailbox, with a mail server of its own on loopback. */
import { join } from 'node:path'
import { buildDemo, buildProgram } from './builds.mjs'
import { ensureChromium, ensurePackages, root } from './prepare.mjs'
import { ended, startProgram } from './program.mjs'

ensurePackages()
await ensureChromium()
await buildProgram()
await buildDemo()
process.exit(await ended(startProgram(join(root, 'dist/demo/main.mjs'), process.argv.slice(2))))
