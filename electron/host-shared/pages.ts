/**
 * What the program's pages may load: the built files under one made-up origin, answered from disk. A host asks here for every request of Chromium and refuses
 * what names nothing of ours before it becomes a request. The origin of a host never changes: another origin would be another, empty cache.
 */
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** Holds for the program's pages, and is inherited by the `srcdoc` frames that show messages, which narrow it further. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self' about:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
}

export function contentTypeOf(path: string): string {
  return contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'
}

/** True for an address below `origin`. Node answers "null" as the origin of a scheme of one's own, so its parts are compared. */
export function isOfOrigin(url: string, origin: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, host, username, password } = new URL(url)
  return `${protocol}//${host}` === origin && username === '' && password === ''
}

/** The file in `folder` that `url` names, or null where it names nothing of ours: another origin, or a path that would leave the folder. */
export function fileOf(url: string, origin: string, folder: string): string | null {
  if (!isOfOrigin(url, origin)) return null
  let path: string
  try {
    path = decodeURIComponent(new URL(url).pathname)
  } catch {
    return null // a malformed escape names no file
  }
  if (/[\\\0:]/.test(path) || path.split('/').includes('..')) return null
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path)
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : null
}

/** Path of a main window, or of a window for one draft. */
export function windowPath(draft: string | null): string {
  return draft === null ? '/index.html' : `/index.html?draft=${encodeURIComponent(draft)}`
}

export interface PageAnswer {
  status: 200 | 404 | 500
  headers: Record<string, string>
  body: Buffer<ArrayBuffer>
}

const emptyCodes = new Set(['ENOENT', 'EISDIR', 'ENOTDIR'])

/** A page is told how the system writes dates and numbers before its first script runs: by an attribute of its root. */
function withLocale(html: Buffer<ArrayBuffer>, locale: string): Buffer<ArrayBuffer> {
  const tag = /^[A-Za-z0-9-]{1,35}$/.test(locale) ? locale : 'en-GB'
  return Buffer.from(html.toString('utf8').replace(/(<html\b[^>]*\bdata-locale=)"[^"]*"/, `$1"${tag}"`))
}

/** The answer to one request, or null where it must be refused. `locale`: the system's, a BCP 47 tag. */
export async function answerPage(
  request: { method: string; url: string },
  origin: string,
  folder: string,
  locale: string,
): Promise<PageAnswer | null> {
  const file = request.method === 'GET' || request.method === 'HEAD' ? fileOf(request.url, origin, folder) : null
  if (!file) return null
  let status: PageAnswer['status'] = 200
  let body = Buffer.alloc(0)
  try {
    body = await readFile(file)
    if (extname(file) === '.html') body = withLocale(body, locale)
  } catch (error) {
    status = emptyCodes.has((error as NodeJS.ErrnoException).code ?? '') ? 404 : 500
  }
  const headers = {
    'content-type': status === 200 ? contentTypeOf(file) : 'text/plain; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }
  return { status, headers, body }
}
