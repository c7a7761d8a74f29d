import { useEffect } from 'react'
import type { Composition } from '../../data/compose/composition.ts'

/** Saves at once where the person turns away, and when the window goes. */
export function useFlushes(composition: Composition): void {
  useEffect(() => {
    const flush = (): void => void composition.flush()
    const onVisibility = (): void => {
      if (document.visibilityState === 'hidden') flush()
    }
    window.addEventListener('blur', flush)
    window.addEventListener('pagehide', flush)
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      window.removeEventListener('blur', flush)
      window.removeEventListener('pagehide', flush)
      document.removeEventListener('visibilitychange', onVisibility)
    }
  }, [composition])
}
