/** `npm run dev`: the program, built and started again whenever a source changes. Arguments go to the program. */
import { join } from 'node:path'
import { buildProgram } from './builds.mjs'
import { ensureChromium, ensurePackages, newestChange, root } from './prepare.mjs'
import { ended, startProgram } from './program.mjs'

const lookEveryMs = 1000
const sources = ['electron', 'renderer', 'shared'].map(folder => join(root, folder))
let child = null

async function restart() {
  try {
    if (!(await buildProgram()) && child) return
  } catch (error) {
    console.error(error.message)
    return // the next change may mend it
  }
  if (child) {
    const old = child
    child = null
    old.kill('SIGTERM')
    await ended(old)
  }
  const started = startProgram(join(root, 'dist/main/node.mjs'), process.argv.slice(2))
  child = started
  started.once('exit', code => child === started && process.exit(code ?? 0)) // the user closed it
}

ensurePackages()
await ensureChromium()
await restart()
for (let seen = newestChange(sources); ;) {
  await new Promise(resolve => setTimeout(resolve, lookEveryMs))
  const newest = newestChange(sources)
  if (newest === seen) continue
  seen = newest
  console.log('Sources changed: building …')
  await restart()
}
