/** `npm start`: the program, on Electron where that is possible. */
import { join } from 'node:path'
import { buildProgram } from './builds.mjs'
import { chooseElectron, electronArguments } from './electron.mjs'
import { ensureChromium, ensurePackages, root } from './prepare.mjs'
import { ended, startBinary, startProgram } from './program.mjs'

const args = process.argv.slice(2)
ensurePackages()
const electron = await chooseElectron(args)
if (!electron) await ensureChromium()
await buildProgram()
process.exit(await ended(electron ? startBinary(electron, electronArguments(args)) : startProgram(join(root, 'dist/main/node.mjs'), args)))
