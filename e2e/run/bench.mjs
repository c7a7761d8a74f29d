/** `npm run bench [-- NAME…]`: one line per figure: name, value, unit, baseline, ratio (value / baseline). Absent baselines show as "-". */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildBenchmark, buildProgram } from './builds.mjs'
import { ensureChromium, ensurePackages, ensurePrograms, fail, root } from './prepare.mjs'

ensurePackages()
await ensureChromium()
const missing = ensurePrograms({ dovecot: 'dovecot-imapd' })
if (missing.length > 0) fail(`Missing on this computer: ${missing.join(', ')}.`)
await buildProgram()
const wanted = process.argv.slice(2)
const folder = join(root, 'e2e/bench')
const names = (existsSync(folder) ? readdirSync(folder) : [])
  .filter(file => file.endsWith('.bench.ts'))
  .map(file => file.slice(0, -'.bench.ts'.length))
  .filter(name => wanted.length === 0 || wanted.includes(name))
if (names.length === 0) fail('There is no benchmark of that name in e2e/bench.')
for (const name of names) {
  const { measure } = await import(pathToFileURL(await buildBenchmark(name)).href)
  for await (const { name: figure, value, unit, baseline } of measure()) {
    const ratio = baseline ? (value / baseline).toFixed(2) : '-'
    console.log([figure, value.toFixed(1), unit, baseline ? baseline.toFixed(1) : '-', ratio].join('\t'))
  }
}
process.exit(0)
