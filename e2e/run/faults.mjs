/** `npm run test:faults`: every way of damaging the cache's files, one after the other (about 4 min), the full disk, and every collection of foreign mail. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js')
const { status } = spawnSync(
  process.execPath,
  [cli, 'test', '-c', 'e2e', 'damage.spec', 'full-disk.spec', 'corpora.spec', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: { ...process.env, PILLARBOX_FAULTS: process.env.PILLARBOX_FAULTS ?? 'all' },
  },
)
process.exit(status ?? 1)
