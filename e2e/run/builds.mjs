/** What is built from what. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { root, upToDate } from './prepare.mjs'

const at = (...path) => join(root, ...path)

/** Node code: one file per entry. Packages stay outside, unless told otherwise. */
async function bundle(entry, outfile, options = {}) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [at(entry)],
    outfile: at('dist', outfile),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
    ...options,
  })
}

/** A file that needs no packages beside it: a worker thread of a packaged program finds none. What is CommonJS in it requires Node's own modules. */
const selfContained = {
  packages: 'bundle',
  banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
}

/** dist/renderer: the pages. */
export function buildRenderer() {
  return upToDate('renderer', ['renderer', 'shared', 'vite.config.ts'], async () => {
    const { build } = await import('vite')
    await build({ configFile: at('vite.config.ts'), logLevel: 'warn' })
  })
}

/** dist/main: the core in each host, Electron's preload, and the worker that reads messages. */
export function buildMain() {
  return upToDate('main', ['electron', 'shared', 'package.json'], async () => {
    await bundle('electron/host-node/main.ts', 'main/node.mjs')
    await bundle('electron/host-electron/main.ts', 'main/electron.mjs')
    await bundle('electron/host-electron/preload.ts', 'main/preload.cjs', { format: 'cjs' })
    await bundle('electron/core/mime/worker.ts', 'main/mime-worker.mjs', selfContained)
  })
}

/** dist/main-stand-in: the Electron host with a stand-in in the place of `electron`, as a program and as a part for tests. */
export async function buildStandIn() {
  await buildMain()
  return upToDate('stand-in', ['electron', 'shared', 'e2e/electron-stand-in', 'package.json'], async () => {
    const alias = { electron: at('e2e/electron-stand-in/electron.ts') }
    for (const name of ['program', 'part']) await bundle(`e2e/electron-stand-in/${name}.ts`, `main-stand-in/${name}.mjs`, { alias })
    cpSync(at('dist/main/preload.cjs'), at('dist/main-stand-in/preload.cjs'))
    cpSync(at('dist/main/mime-worker.mjs'), at('dist/main-stand-in/mime-worker.mjs'))
  })
}

/** dist/demo: the demo server and its mailbox. */
export function buildDemo() {
  return upToDate('demo', ['e2e/demo', 'e2e/servers'], () => bundle('e2e/demo/main.ts', 'demo/main.mjs'))
}

/** Everything the program needs to run. Answers whether anything was built. */
export async function buildProgram() {
  const main = await buildMain()
  const renderer = await buildRenderer()
  return main || renderer
}

/** One benchmark as a module of its own; answers its path. */
export async function buildBenchmark(name) {
  await bundle(`e2e/bench/${name}.bench.ts`, `bench/${name}.mjs`)
  return at('dist', 'bench', `${name}.mjs`)
}
