/** The program as a whole: its start, its ends, and what survives them. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './fixtures/app.ts'

const program = join(import.meta.dirname, '../dist/main/node.mjs')
const message = (subject: string) =>
  `From: Bob <bob@example.test>\nTo: alice@example.test\nSubject: ${subject}\nDate: Fri, 20 Nov 2026 10:00:00 +0000\nMessage-ID: <${encodeURIComponent(subject)}@example.test>\n\nThe text of ${subject}.\n`

async function run(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += String(chunk)))
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, output }
}

test('mail is shown, and again after a restart, a killed core, a killed Chromium and a wiped cache', async ({ server, startApp }) => {
  test.setTimeout(120_000)
  await server.deliver('alice', 'INBOX', message('First light'))
  const { app, view } = await startApp()
  await expect(view().folder('Inbox')).toBeVisible()
  await expect(view().row('First light')).toBeVisible()
  await view().row('First light').click()
  await expect(view().body.getByText('The text of First light.')).toBeVisible()

  await app.restart()
  await expect(view().row('First light')).toBeVisible()

  await app.killMain()
  await app.start()
  await expect(view().row('First light')).toBeVisible()

  await app.killChromium()
  await app.attach()
  await expect(view().row('First light')).toBeVisible()

  await app.stop()
  await app.wipeIndexedDb()
  await server.deliver('alice', 'INBOX', message('Second light'))
  await app.start()
  await expect(view().row('First light')).toBeVisible()
  await expect(view().row('Second light')).toBeVisible()
})

test('a second start on the profile ends well and leaves the first alone', async ({ startApp }) => {
  const { app, view } = await startApp()
  await expect(view().folder('Inbox')).toBeVisible()
  const second = await run(['--profile', app.profile, '--headless'])
  expect(second).toEqual({ code: 0, output: 'Pillarbox is already running on this profile; its window comes to the front.\n' })
  await expect(view().folder('Inbox')).toBeVisible()
})

test('a picture is taken of list and message', async ({ server, startApp }) => {
  await server.deliver('alice', 'INBOX', message('For the picture'))
  const { app, view } = await startApp()
  await expect(view().row('For the picture')).toBeVisible()
  await app.stop()
  const file = join(app.downloads, '..', 'picture.png')
  const { code, output } = await run(['--profile', app.profile, '--headless', '--screenshot', file], { NODE_EXTRA_CA_CERTS: server.authorityFile })
  expect([code, output]).toEqual([0, ''])
  expect((await readFile(file)).subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
})

test('a bad argument and a bad provision file are named', async ({ built: _built }) => {
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-bad-'))
  const profile = ['--profile', join(folder, 'profile'), '--headless']
  const bad = await run([...profile, '--theme', 'blue'])
  expect(bad.code).toBe(2)
  expect(bad.output).toContain('--theme is light or dark, not "blue".')
  const file = join(folder, 'accounts.json')
  await writeFile(
    file,
    JSON.stringify({
      accounts: [
        {
          name: 'A',
          email: 'a@example.test',
          password: 'hush',
          incoming: { protocol: 'imap', host: 'localhost', port: 0, security: 'tls', user: 'a' },
        },
      ],
    }),
  )
  const provisioned = await run([...profile, '--provision', file])
  expect(provisioned.code).toBe(1)
  expect(provisioned.output).toContain('incoming.port')
  expect(provisioned.output).not.toContain('hush')
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})
