/**
 * The files of Chromium's database, damaged in every way a disk does it: the program starts, says nothing is up to date before there is a cache, begins anew what cannot
 * be read, and loses nothing that exists only here. All kinds run with PILLARBOX_FAULTS=all (npm run test:faults), one with its name, else the telling ones.
 */
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './fixtures/app.ts'
import { composerModel } from './pages/composer.ts'

const count = 220
const words = 'a word that is not there twice '
/** So much of it that the database has tables, and not only a log. */
const message = (n: number): string =>
  `From: Bob <bob@example.test>\r\nTo: alice@example.test\r\nSubject: Number ${n}\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${n}@example.test>\r\n\r\n` +
  Array.from({ length: 600 }, (_, line) => `${words}${Math.sin(n * 1000 + line)} ${Math.cos(n * 1000 + line)}\r\n`).join('')

type Damage = (file: string) => Promise<void>
async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file)
  if (bytes.length > 0) bytes[Math.floor((bytes.length - 1) * at)]! ^= 4
  await writeFile(file, bytes)
}
const ways: Record<string, Damage> = {
  truncated: async file => truncate(file, Math.floor((await stat(file)).size / 2)),
  emptied: file => truncate(file, 0),
  deleted: file => rm(file),
  'bit-flipped': file => flip(file, 0.5),
  'bit-flipped at its start': file => flip(file, 0.1),
}
const kinds: Record<string, (names: string[]) => string[]> = {
  CURRENT: names => names.filter(name => name === 'CURRENT'),
  MANIFEST: names => names.filter(name => name.startsWith('MANIFEST')),
  log: names => names.filter(name => name.endsWith('.log')),
  'one table': names => names.filter(name => name.endsWith('.ldb')).slice(0, 1),
  'every table': names => names.filter(name => name.endsWith('.ldb')),
  LOG: names => names.filter(name => name === 'LOG'),
  'every file': names => names.filter(name => name !== 'LOCK'),
}
/** Those that Chromium treats differently (measured, Chromium 156): see each. */
const telling: [kind: string, way: string][] = [
  ['CURRENT', 'bit-flipped'], // neither opens nor deletes the database, ever
  ['CURRENT', 'deleted'], // makes a new one over the old log, and a part of the old rows is in it
  ['CURRENT', 'truncated'], // begins anew by itself, after one failure
  ['MANIFEST', 'deleted'], // as a flipped CURRENT
  ['log', 'truncated'], // opens with what was before
  ['one table', 'bit-flipped'], // opens, fails to read, closes it, and begins anew
  ['every table', 'deleted'],
  ['every file', 'bit-flipped'],
]
const all = Object.keys(kinds).flatMap(kind => Object.keys(ways).map((way): [string, string] => [kind, way]))
const asked = process.env.PILLARBOX_FAULTS ?? ''
const chosen = asked === '' ? telling : all.filter(([kind, way]) => asked === 'all' || asked === `${kind} ${way}`)

test('a damaged database is begun anew, and nothing but the cache is lost', async ({ server, startApp }) => {
  test.setTimeout(60_000 + chosen.length * 30_000)
  const date = (n: number): Date => new Date(Date.UTC(2026, 10, 20, 10, 0, n))
  await server.seed(
    'alice',
    'INBOX',
    Array.from({ length: count }, (_, n) => ({ raw: message(n), date: date(n) })),
  )
  const { app, view } = await startApp()
  const composer = composerModel(app.page)
  await expect(view().row('Number 219')).toBeVisible({ timeout: 30_000 })
  await composer.newMessage.click()
  await composer.subject.fill('Only here')
  await composer.text.fill('Words nobody else has.')
  await expect(composer.saved).toContainText('Saved')
  const database = await app.databaseFolder()
  await expect // enough bodies are kept for the database to have tables
    .poll(async () => (await readdir(database)).filter(name => name.endsWith('.ldb')).length, { timeout: 60_000 })
    .toBeGreaterThan(0)
  await expect(view().connection).toContainText('Up to date')
  await app.stop()
  const whole = join(await mkdtemp(join(tmpdir(), 'pillarbox-damage-')), 'database')
  await cp(database, whole, { recursive: true })
  try {
    for (const [kind, way] of chosen)
      await test.step(`${kind} ${way}`, async () => {
        await rm(database, { recursive: true })
        await cp(whole, database, { recursive: true })
        for (const name of kinds[kind]!(await readdir(database))) await ways[way]!(join(database, name))
        const before = Date.now()
        await app.start()
        await expect(view().connection).toContainText('Up to date', { timeout: 25_000 })
        await expect(view().row('Number 219')).toBeVisible()
        await expect(app.page.getByRole('heading', { name: new RegExp(`unread of ${count}$`) })).toBeVisible()
        await expect(composerModel(app.page).local('Drafts')).toHaveAccessibleName(/1/)
        await view().row('Number 219').click()
        await expect(view().body.getByText(words).first()).toBeVisible()
        console.log(`${kind} ${way}: up to date and read after ${Date.now() - before} ms`)
        await app.stop()
      })
  } finally {
    await rm(join(whole, '..'), { recursive: true, force: true })
  }
})
