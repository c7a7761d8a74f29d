/** The log: what happened, never message content, addresses or passwords. `write` gets one line. */
export type Log = (event: string, error?: unknown) => void

export function createLog(name: string, write: (line: string) => void, now: () => number): Log {
  return (event, error) => {
    const reason = error instanceof Error ? ` · ${error.name}${'kind' in error ? `/${String(error.kind)}` : ''}: ${describe(error)}` : ''
    write(`${new Date(now()).toISOString()} ${name}: ${event}${reason}`)
  }
}

/** A defect is told with its place; an expected failure by its sentence. */
function describe(error: Error): string {
  return error.name === 'MailError' ? error.message : (error.stack ?? error.message).split('\n').slice(0, 6).join(' | ')
}
