/**
 * What is packaged: electron-builder makes the real archive around a folder in the place of Electron, which cannot be had everywhere, and the archive is looked
 * through. Packages for people are made by the release workflow.
 */
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { createPackage, extractAll, listPackage } from '@electron/asar'
import { expect, test } from '@playwright/test'
import { createMimeWorker } from '../electron/core/mime/mime.ts'
import packageJson from '../package.json' with { type: 'json' }

const root = join(import.meta.dirname, '..')
const megabyte = 1024 * 1024
/** Of the archive and of the worker beside it: so much is downloaded by everyone with every update, beside Electron's 120 MB. */
const budget = { archive: 16 * megabyte, unpacked: 3 * megabyte }

let folder: string
let resources: string
/** Paths in the archive, with slashes, without the first. */
let files: string[]

/** A folder with the names electron-builder looks for. */
async function makeStandInDistribution(): Promise<string> {
  const distribution = join(folder, 'electron')
  await mkdir(join(distribution, 'resources'), { recursive: true })
  for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) {
    await writeFile(join(distribution, name), '#!/bin/sh\n')
    await chmod(join(distribution, name), 0o755)
  }
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version']) await writeFile(join(distribution, name), packageJson.devDependencies.electron)
  await mkdir(join(folder, 'nothing'))
  await writeFile(join(folder, 'nothing', 'empty'), '')
  await createPackage(join(folder, 'nothing'), join(distribution, 'resources', 'default_app.asar'))
  return distribution
}

test.describe('the package', () => {
  test.skip(process.platform !== 'linux', 'packages of other systems need parts of the real Electron')

  test.beforeAll(async () => {
    test.setTimeout(180_000)
    folder = await mkdtemp(join(tmpdir(), 'pillarbox-package-'))
    const options = ['--linux', 'dir', `-c.electronDist=${await makeStandInDistribution()}`, `-c.directories.output=${join(folder, 'out')}`]
    await promisify(execFile)(process.execPath, [join(root, 'e2e/run/dist.mjs'), ...options], { cwd: root })
    const [unpacked] = await readdir(join(folder, 'out')).then(names => names.filter(name => name.endsWith('-unpacked')))
    resources = join(folder, 'out', unpacked!, 'resources')
    files = listPackage(join(resources, 'app.asar'), { isPack: false }).map(path => path.replaceAll('\\', '/').replace(/^\//, ''))
  })
  test.afterAll(() => rm(folder, { recursive: true, force: true }))

  test('has the entry points, and of ours nothing else', () => {
    expect(files).toContain(packageJson.main)
    for (const file of ['dist/main/preload.cjs', 'dist/main/mime-worker.mjs', 'dist/renderer/index.html', 'dist/renderer/cache.html', 'LICENSE'])
      expect(files).toContain(file)
    const others = files.filter(file => !/^(dist|dist\/(main|renderer)(\/.*)?|node_modules(\/.*)?|package\.json|LICENSE)$/.test(file))
    expect(others).toEqual([])
    expect(files.filter(file => file.startsWith('dist/main/')).length).toBe(3)
  })

  test('has no tests, no maps and no TypeScript', () => {
    expect(files.filter(file => /\.map$|\.[cm]?ts$|\.tsx$|(^|\/)(tests?|__tests__|e2e)(\/|\.js$)|\.(test|spec)\.[cm]?js$/.test(file))).toEqual([])
  })

  test('has the production dependencies, whole, and no other', async () => {
    const extracted = join(folder, 'extracted')
    extractAll(join(resources, 'app.asar'), extracted)
    const source = await readFile(join(extracted, packageJson.main), 'utf8')
    const imported = new Set([...source.matchAll(/^import (?:.* from )?"([^".][^"]*)";?$/gm)].map(([, name]) => name!))
    const packages = [...imported].filter(name => !name.startsWith('node:') && name !== 'electron')
    expect(packages.length).toBeGreaterThan(0)
    for (const name of packages) {
      const path = createRequire(join(extracted, packageJson.main)).resolve(name)
      expect(path.startsWith(extracted), `${name} comes from the archive`).toBe(true)
      await import(pathToFileURL(path).href) // with all that it requires itself
    }
    for (const name of Object.keys(packageJson.devDependencies)) expect(files).not.toContain(`node_modules/${name}`)
  })

  test('keeps to its budget', async () => {
    expect((await stat(join(resources, 'app.asar'))).size).toBeLessThan(budget.archive)
    expect((await stat(join(resources, 'app.asar.unpacked/dist/main/mime-worker.mjs'))).size).toBeLessThan(budget.unpacked)
  })

  test('has a worker that needs nothing beside it', async () => {
    const mime = createMimeWorker(pathToFileURL(join(resources, 'app.asar.unpacked/dist/main/mime-worker.mjs')))
    const bytes = Buffer.from('Gr=FC=DFe aus dem Arbeiter')
    const part = { part: '1', type: 'text/plain', charset: 'iso-8859-1', encoding: 'quoted-printable', size: bytes.length }
    expect(await mime.toSnippets([{ part, bytes }])).toEqual(['Grüße aus dem Arbeiter'])
    await mime.dispose()
  })
})
