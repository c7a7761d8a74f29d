/** The window's font inside the frame: its policy lets nothing be fetched, so the bytes are handed over. Other scripts use the system's fonts. */
import latin from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import latinExt from '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2?url'

const faces: [url: string, unicodeRange: string][] = [
  [
    latin,
    'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215',
  ],
  [latinExt, 'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+A720-A7FF'],
]
const bytes = new Map<string, Promise<ArrayBuffer>>()

async function read(url: string): Promise<ArrayBuffer> {
  const answer = await fetch(url)
  return answer.arrayBuffer()
}

function bytesOf(url: string): Promise<ArrayBuffer> {
  const loading = bytes.get(url) ?? read(url)
  bytes.set(url, loading)
  loading.catch(() => bytes.delete(url)) // tried again with the next message
  return loading
}

/** Reads the font before the first message needs it, so that its text does not change under the eye. */
export function warmFonts(): void {
  for (const [url] of faces) void bytesOf(url)
}

/** Adds the font to a frame's document; without it the system's font stands in. */
export async function addFonts(frame: HTMLIFrameElement): Promise<void> {
  const view = frame.contentWindow as (Window & typeof globalThis) | null
  const fonts = frame.contentDocument?.fonts
  if (!view || !fonts) return
  for (const [url, unicodeRange] of faces) {
    try {
      // eslint-disable-next-line words/only-in-words -- the name of a font
      const face = new view.FontFace('Inter Variable', await bytesOf(url), { weight: '100 900', unicodeRange })
      fonts.add(await face.load())
    } catch {
      continue // the frame has gone, or the file could not be read
    }
  }
}
