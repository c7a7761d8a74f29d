/** `npm run dist`: packages of the program for this system, in dist/packages. Arguments go to electron-builder: `-- --linux dir` makes a folder only. */
import { join } from 'node:path'
import { buildProgram } from './builds.mjs'
import { ensurePackages, root, run } from './prepare.mjs'

ensurePackages()
await buildProgram()
process.exit(run(process.execPath, [join(root, 'node_modules/electron-builder/cli.js'), '--publish', 'never', ...process.argv.slice(2)]))
