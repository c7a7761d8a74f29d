/**
 * A private Postfix on a free loopback port, for outgoing mail: STARTTLS is required, passwords are checked by a Dovecot, and mail for its domain is delivered
 * into that Dovecot's mailboxes. Mail for any other domain bounces. All of it lies in the Dovecot's scratch folder; nothing of the system's Postfix is used but
 * its programs. Postfix runs as root only.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { canConnect, endGroup, freePorts, programPath, whyNoDelivery, type Dovecot } from './dovecot.ts'

/** Of every mailbox. */
export const domain = 'example.test'
/** Refused when it is named as a recipient. */
export const refusedAddress = `nobody@${domain}`
/** Taken, and then reported to the sender as undeliverable. */
export const bouncingAddress = 'somebody@elsewhere.test'

const daemons = '/usr/lib/postfix/sbin'
const startDeadlineMs = 15_000

/** A sentence where Postfix cannot run, for the reason of a skipped test; otherwise null. */
export function whyNoPostfix(): string | null {
  if (!programPath('postfix') || !existsSync(join(daemons, 'master'))) return 'Postfix is not installed (Debian package postfix)'
  if (process.getuid?.() !== 0) return 'Postfix runs as root only'
  return whyNoDelivery()
}

const services = [
  ['cleanup', 'unix', 'n', '0', 'cleanup'],
  ['qmgr', 'unix', 'n', '1', 'qmgr'],
  ['tlsmgr', 'unix', '-', '1', 'tlsmgr'],
  ['rewrite', 'unix', '-', '-', 'trivial-rewrite'],
  ['bounce', 'unix', '-', '0', 'bounce'],
  ['defer', 'unix', '-', '0', 'bounce'],
  ['trace', 'unix', '-', '0', 'bounce'],
  ['error', 'unix', '-', '-', 'error'],
  ['retry', 'unix', '-', '-', 'error'],
  ['proxymap', 'unix', '-', '-', 'proxymap'],
  ['lmtp', 'unix', '-', '-', 'lmtp'],
  ['smtp', 'unix', '-', '-', 'smtp'],
  ['anvil', 'unix', '-', '1', 'anvil'],
  ['postlog', 'unix-dgram', 'n', '1', 'postlogd'],
] as const

export class Postfix {
  private child: ChildProcess | null = null

  private constructor(
    private readonly dovecot: Dovecot,
    private readonly folder: string,
    /** Plain text with STARTTLS, which is required. */
    readonly port: number,
  ) {}

  /** Creates and starts a server beside a Dovecot with the option `delivery`. Throws with its log where it does not come up within 15 s. */
  static async create(dovecot: Dovecot): Promise<Postfix> {
    const missing = whyNoPostfix()
    if (missing) throw new Error(missing)
    const [port] = await freePorts(1)
    const server = new Postfix(dovecot, join(dovecot.folder, 'postfix'), port!)
    await server.write()
    // creates the queue, with the owners it must have
    await promisify(execFile)(programPath('postfix')!, ['-c', server.folder, 'check'])
    await server.start()
    return server
  }

  /** Starts again, on the same port and queue. */
  async start(): Promise<void> {
    // a session of its own: a master that ends takes its process group along
    const child = spawn(join(daemons, 'master'), ['-c', this.folder, '-d'], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    this.child = child
    let words = ''
    child.stderr.on('data', chunk => (words += String(chunk)))
    const deadline = Date.now() + startDeadlineMs
    while (!(await canConnect(this.port))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`Postfix did not start. ${words}${await this.log()}`)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  /** Ends the server and all its processes; the queue stays. */
  async stop(): Promise<void> {
    const child = this.child
    this.child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await exited
    clearTimeout(force)
    endGroup(child.pid!)
  }

  async log(): Promise<string> {
    return readFile(join(this.folder, 'log'), 'utf8').catch(() => '')
  }

  private async write(): Promise<void> {
    const at = (name: string) => join(this.folder, name)
    await mkdir(this.folder)
    await chmod(this.folder, 0o755)
    await mkdir(at('queue'))
    await writeFile(at('recipients'), `/^${refusedAddress.replaceAll('.', '\\.')}$/ 550 5.1.1 There is no such mailbox\n`)
    const settings = {
      compatibility_level: '3.6',
      queue_directory: at('queue'),
      data_directory: at('data'),
      maillog_file: at('log'),
      maillog_file_prefixes: this.folder,
      myhostname: `mail.${domain}`,
      mydestination: '',
      mynetworks: '',
      inet_interfaces: '127.0.0.1',
      inet_protocols: 'ipv4',
      alias_maps: '',
      alias_database: '',
      smtputf8_enable: 'yes',
      virtual_mailbox_domains: domain,
      virtual_transport: `lmtp:unix:${this.dovecot.lmtpSocket}`,
      default_transport: 'smtp:[127.0.0.1]:1', // where nobody listens
      maximal_queue_lifetime: '0', // what cannot be delivered at once goes back
      bounce_queue_lifetime: '0',
      smtpd_recipient_restrictions: `check_recipient_access regexp:${at('recipients')}, permit_sasl_authenticated, reject`,
      smtpd_tls_security_level: 'encrypt',
      smtpd_tls_auth_only: 'yes',
      smtpd_tls_cert_file: join(this.dovecot.folder, 'server.pem'),
      smtpd_tls_key_file: join(this.dovecot.folder, 'server.key'),
      smtpd_sasl_auth_enable: 'yes',
      smtpd_sasl_type: 'dovecot',
      smtpd_sasl_path: this.dovecot.authSocket,
      message_size_limit: '60000000',
    }
    await writeFile(
      at('main.cf'),
      Object.entries(settings)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join(''),
    )
    const lines = [
      `127.0.0.1:${this.port} inet n - n - - smtpd`,
      ...services.map(([name, type, isPrivate, most, program]) => `${name} ${type} ${isPrivate} - n - ${most} ${program}`),
    ]
    await writeFile(at('master.cf'), lines.map(line => `${line}\n`).join(''))
  }
}
