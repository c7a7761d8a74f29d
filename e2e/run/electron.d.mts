/** Path of Electron's binary, or null. */
export function findElectron(): string | null
/** Words before the program's own. */
export function electronArguments(args: readonly string[]): string[]
