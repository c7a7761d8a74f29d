/** `npm run build`: dist/renderer and dist/main, as far as they are out of date. */
import { buildProgram } from './builds.mjs'
import { ensurePackages } from './prepare.mjs'

ensurePackages()
console.log((await buildProgram()) ? 'Built.' : 'Everything is up to date.')
