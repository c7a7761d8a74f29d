/**
 * The demo: mail servers in this process, on loopback and over TLS with an authority made on the spot, and the program as a child that knows the authority. All
 * of it lies in a temporary folder that goes at the end. Arguments are those of the program.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createCertificates } from '../servers/certificates.ts'
import { Submission } from '../servers/submission.ts'
import { startDemoServer } from './imap/server.ts'
import { alice } from './mailbox/messages.ts'
import { createMailbox, newMail } from './mailbox/mailbox.ts'
import { createPostOffice } from './smtp/smtp-server.ts'

/** After the first login. A picture shall show the mailbox as it was written. */
const newMailMs = 10_000
const newMailWithPictureMs = 45_000

const login = { user: 'alice', password: 'demo' }

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

async function runDemo(args: readonly string[]): Promise<number> {
  const has = (name: string) => args.some(argument => argument === name || argument.startsWith(`${name}=`))
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-demo-'))
  const certificates = createCertificates()
  const { authority, certificate, key } = certificates
  const store = createMailbox(new Date())
  let newMessage: NodeJS.Timeout | undefined
  const onLogin = () => {
    newMessage ??= setTimeout(
      () => store.add(store.find('INBOX')!, newMail(new Date()), [], new Date()),
      has('--screenshot') ? newMailWithPictureMs : newMailMs,
    )
  }
  const server = await startDemoServer(store, { ...login, onLogin }, certificate, key)
  const postOffice = await Submission.create(login.password, createPostOffice(store, { ...login, owner: alice }), certificates)
  try {
    const incoming = { protocol: 'imap', host: 'localhost', port: server.port, security: 'tls', user: login.user }
    const outgoing = { host: 'localhost', port: postOffice.tlsPort, security: 'tls', user: login.user }
    const accounts = [{ name: alice.name, email: alice.address, password: login.password, incoming, outgoing }]
    await writeFile(join(folder, 'accounts.json'), JSON.stringify({ accounts }), { mode: 0o600 })
    await writeFile(join(folder, 'authority.pem'), authority)
    const own = ['--provision', join(folder, 'accounts.json')]
    if (!has('--profile')) own.push('--profile', join(folder, 'profile'))
    if (!has('--downloads') && !has('--profile')) own.push('--downloads', join(folder, 'downloads'))
    if (!has('--headless') && !hasDisplay()) {
      own.push('--headless')
      console.log(
        has('--screenshot')
          ? 'No display: the demo runs headless.'
          : 'No display: the demo runs headless. Ctrl+C ends it; -- --screenshot FILE takes a picture.',
      )
    }
    const program = fileURLToPath(new URL('../main/node.mjs', import.meta.url)) // built, this file is dist/demo/main.mjs
    const child = spawn(process.execPath, [program, ...own, ...args], {
      stdio: 'inherit',
      env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') },
    })
    process.on('SIGINT', () => {}) // the child got it too, and ends us by ending
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', code => resolve(code ?? 1))
    })
  } finally {
    clearTimeout(newMessage)
    await server.dispose()
    await postOffice.dispose()
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

process.exit(await runDemo(process.argv.slice(2)))
