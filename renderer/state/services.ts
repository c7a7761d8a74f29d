/** The services of a window, passed down by context: nothing here is a singleton. */
import type Dexie from 'dexie'
import { createContext, use } from 'react'
import { useStore } from 'zustand'
import type { Actions } from '../data/operations.ts'
import type { Core } from '../data/core.ts'
import type { SanitiseDraft } from '../data/compose/draft-html.ts'
import type { Reader } from '../data/database.ts'
import type { ListClient } from '../data/list/list-client.ts'
import type { Contacts } from '../data/compose/contacts-source.ts'
import type { WindowState, WindowStore } from './store.ts'

export interface Services {
  core: Core
  list: ListClient
  reader: Reader
  actions: Actions
  store: WindowStore
  contacts: Contacts
  sanitiseDraft: SanitiseDraft
}

export const ServicesContext = createContext<Services | null>(null)
/** The open cache, null until there is one; another one after each epoch. */
export const DatabaseContext = createContext<Dexie | null>(null)

export function useServices(): Services {
  const services = use(ServicesContext)
  if (!services) throw new Error('useServices outside of a window')
  return services
}

export function useWindowState<T>(select: (state: WindowState) => T): T {
  return useStore(useServices().store, select)
}
