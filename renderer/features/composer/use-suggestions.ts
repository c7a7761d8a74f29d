import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { Recipient } from '../../../shared/model/outgoing.ts'
import { useServices } from '../../state/services.ts'
import { addressKey, isAddress } from '../../data/text/addresses.ts'
import type { Composition } from '../../data/compose/composition.ts'

export interface Suggestions {
  people: Recipient[]
  isOpen: boolean
  activeIndex: number
  active: Recipient | null
  /** False where there is nothing to move in. */
  move(step: 1 | -1): boolean
  /** Something was typed. */
  look(): void
  close(): void
}

/** People for what is typed. The first is chosen by itself, unless what is typed is an address already. */
export function useSuggestions(composition: Composition, typed: string): Suggestions {
  const { contacts } = useServices()
  const draft = useStore(composition.store, state => state.draft)
  const [wanted, setWanted] = useState(false)
  const [moved, setMoved] = useState<number | null>(null)
  const [known, setKnown] = useState(0)
  useEffect(() => contacts.onChange(() => setKnown(count => count + 1)), [contacts])
  const found = useMemo(() => {
    if (!wanted || typed.trim() === '') return []
    const there = new Set([...draft.to, ...draft.cc, ...draft.bcc].map(addressKey))
    return contacts.suggest(typed, there)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what is typed decides; other fields do not change meanwhile
  }, [wanted, typed, contacts, known])
  const isOpen = found.length > 0
  const activeIndex = isOpen ? Math.min(found.length - 1, moved ?? (isAddress(typed.trim()) ? -1 : 0)) : -1
  return {
    people: found,
    isOpen,
    activeIndex,
    active: found[activeIndex] ?? null,
    move(step) {
      if (!isOpen) return false
      setMoved((activeIndex + step + found.length) % found.length)
      return true
    },
    look() {
      setWanted(true)
      setMoved(null)
    },
    close() {
      setWanted(false)
      setMoved(null)
    },
  }
}
