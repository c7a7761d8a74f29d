/** A screen for windowed tests: the one that is there, or a private Xvfb. */
import { spawn } from 'node:child_process'

export interface Display {
  name: string
  dispose(): Promise<void>
}

/** Null where there is neither a display nor Xvfb. */
export async function openDisplay(): Promise<Display | null> {
  if (process.platform !== 'linux' || process.env.DISPLAY) return { name: process.env.DISPLAY ?? '', dispose: () => Promise.resolve() }
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await new Promise<string | null>(resolve => {
    child.once('error', () => resolve(null))
    child.once('exit', () => resolve(null))
    child.stdio[3]!.once('data', (text: Buffer) => resolve(text.toString().trim()))
  })
  if (number === null) return null
  return {
    name: `:${number}`,
    dispose: () =>
      new Promise(resolve => {
        child.once('exit', () => resolve())
        child.kill()
      }),
  }
}
