/** A Secret Service of its own: dbus-daemon and gnome-keyring in a scratch folder, unlocked. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programPath } from './dovecot.ts'

export function whyNoKeyRing(): string | null {
  if (process.platform !== 'linux') return 'the Secret Service is there on Linux only'
  return programPath('dbus-daemon') && programPath('gnome-keyring-daemon') ? null : 'gnome-keyring or dbus is not installed'
}

/** Whether someone answers under the name of the Secret Service. */
async function isThere(env: NodeJS.ProcessEnv): Promise<boolean> {
  const name = 'string:org.freedesktop.secrets'
  const asking = spawn('dbus-send', ['--session', '--dest=org.freedesktop.DBus', '--print-reply', '/', 'org.freedesktop.DBus.NameHasOwner', name], {
    env,
  })
  let answer = ''
  asking.stdout.on('data', chunk => (answer += String(chunk)))
  await once(asking, 'close')
  return answer.includes('boolean true')
}

export class KeyRing {
  private constructor(
    private readonly folder: string,
    private readonly processes: ChildProcess[],
    /** For programs that shall find it. */
    readonly env: Record<string, string>,
  ) {}

  static async create(): Promise<KeyRing> {
    const folder = await mkdtemp(join(tmpdir(), 'pbx-ring-'))
    const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_RUNTIME_DIR: folder }
    const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1', `--address=unix:path=${folder}/bus`], { env })
    const [line] = (await once(bus.stdout, 'data')) as [Buffer]
    const address = line.toString().trim()
    const own = { DBUS_SESSION_BUS_ADDRESS: address }
    const ring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], { env: { ...env, ...own } })
    ring.stdin.end('a password of the login')
    while (!(await isThere({ ...env, ...own }))) await new Promise(resolve => setTimeout(resolve, 100))
    return new KeyRing(folder, [ring, bus], own)
  }

  async dispose(): Promise<void> {
    for (const child of this.processes) {
      if (child.exitCode !== null) continue
      const exited = once(child, 'exit')
      child.kill()
      await exited
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}
