/** `npm start`: the program. */
import { join } from 'node:path'
import { buildProgram } from './builds.mjs'
import { ensureChromium, ensurePackages, root } from './prepare.mjs'
import { ended, startProgram } from './program.mjs'

ensurePackages()
await ensureChromium()
await buildProgram()
process.exit(await ended(startProgram(join(root, 'dist/main/node.mjs'), process.argv.slice(2))))
