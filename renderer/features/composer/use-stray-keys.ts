import { useEffect, type RefObject } from 'react'

/** With a message open, keys are meant for it also where the focus is nowhere, because what held it has gone: they bring it back, and perform nothing. */
export function useStrayKeys(form: RefObject<HTMLFormElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { activeElement, body } = document
      if (event.ctrlKey || event.metaKey || event.altKey || event.key === 'Tab' || /^F\d+$/.test(event.key)) return
      if ((activeElement && activeElement !== body) || document.querySelector('[role="dialog"]')) return
      event.stopPropagation()
      form.current?.focus() // the key goes to where that brings the focus
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [form])
}
