import { useEffect, useState } from 'react'
import { useWindowState } from '../../state/services.ts'
import { readTheme, type FrameTheme } from './frame-document.ts'

/** The window's colours for the frame, read again when the chosen theme or the system's changes. */
export function useFrameTheme(): FrameTheme {
  const chosen = useWindowState(state => state.settings.theme)
  const [theme, setTheme] = useState(() => readTheme(document.documentElement))
  useEffect(() => {
    const read = (): void => {
      const next = readTheme(document.documentElement)
      setTheme(current => (JSON.stringify(current) === JSON.stringify(next) ? current : next))
    }
    read()
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', read)
    return () => system.removeEventListener('change', read)
  }, [chosen])
  return theme
}
