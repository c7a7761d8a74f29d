/** What is built from what. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, upToDate } from './prepare.mjs'

const at = (...path) => join(root, ...path)

/** Node code: one file per entry, packages stay outside. */
async function bundle(entry, outfile) {
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
  })
}

/** dist/renderer: the pages. */
export function buildRenderer() {
  return upToDate('renderer', ['renderer', 'shared', 'vite.config.ts'], async () => {
    const { build } = await import('vite')
    await build({ configFile: at('vite.config.ts'), logLevel: 'warn' })
  })
}

const worker = 'electron/core/mime/worker.ts'

/** dist/main: the core in the Node host, and the worker that reads messages. */
export function buildMain() {
  return upToDate('main', ['electron', 'shared'], async () => {
    await bundle('electron/host-node/main.ts', 'main/node.mjs')
    if (existsSync(at(worker))) await bundle(worker, 'main/mime-worker.mjs')
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
