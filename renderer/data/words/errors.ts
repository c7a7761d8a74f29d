/** An error in a sentence for people. */
export function errorWords(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
}
