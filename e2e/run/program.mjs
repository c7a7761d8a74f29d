/** Runs a built program as a child that gets our signals, and ends with its exit code. */
import { spawn } from 'node:child_process'

/** Starts Node on `file`. */
export function startProgram(file, args) {
  return startBinary(process.execPath, [file, ...args])
}

/** Starts a program. Ctrl+C reaches the child by itself; what is sent to us alone is passed on. */
export function startBinary(binary, args) {
  const child = spawn(binary, args, { stdio: 'inherit' })
  process.on('SIGINT', () => {}) // the child got it too, and ends us by ending
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return child
}

/** Resolves with the exit code. */
export function ended(child) {
  return new Promise(resolve => child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0))))
}
