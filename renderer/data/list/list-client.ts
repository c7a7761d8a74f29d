/** The window's side of the list worker: one worker a window, answers as promises, views to one listener. */
import type { OpId, PendingChange } from '../../../shared/operations.ts'
import { currentLocale } from '../words/locale.ts'
import type { FromWorker, ListCalls, ListView, ToWorker, Watch } from './list-protocol.ts'

export interface ListClient {
  watch(watch: Watch): void
  saving(change: PendingChange): void
  dropped(id: OpId): void
  refresh(): void
  call<N extends keyof ListCalls>(name: N, arg: Parameters<ListCalls[N]>[0]): Promise<ReturnType<ListCalls[N]>>
  dispose(): void
}

/** What a client needs of a `Worker`. */
export interface WorkerPort {
  postMessage(message: ToWorker): void
  addEventListener(type: 'message', listener: (event: MessageEvent<FromWorker>) => void): void
  terminate(): void
}

export function createListClient(worker: WorkerPort, onView: (view: ListView) => void): ListClient {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let lastId = 0

  worker.addEventListener('message', ({ data }) => {
    switch (data.kind) {
      case 'view':
        return onView(data.view)
      case 'answer':
        open.get(data.id)?.resolve(data.result)
        return void open.delete(data.id)
      case 'failed':
        open.get(data.id)?.reject(new Error(data.message))
        return void open.delete(data.id)
      case 'broken':
        console.warn('list worker:', data.message)
    }
  })

  worker.postMessage({ kind: 'locale', locale: currentLocale() })
  return {
    watch: watch => worker.postMessage({ kind: 'watch', watch }),
    saving: change => worker.postMessage({ kind: 'saving', change }),
    dropped: id => worker.postMessage({ kind: 'dropped', id }),
    refresh: () => worker.postMessage({ kind: 'refresh' }),
    call(name, arg) {
      return new Promise((resolve, reject) => {
        const id = ++lastId
        open.set(id, { resolve: resolve as (value: unknown) => void, reject })
        worker.postMessage({ kind: 'call', id, name, arg } as ToWorker)
      })
    },
    dispose() {
      worker.terminate()
      for (const { reject } of open.values()) reject(new Error('the window was closed'))
      open.clear()
    },
  }
}

export function startListWorker(): WorkerPort {
  return new Worker(new URL('./list-worker.ts', import.meta.url), { type: 'module', name: 'list' })
}
