import { Command as Cmdk } from 'cmdk'
import type { Folder } from '../../../shared/model/folder.ts'
import { transferTo } from '../../commands/transfer.ts'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { folderLabel, type Chosen } from '../../state/store.ts'
import { showNotice } from '../../ui/notices.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import styles from '../../ui/chooser.module.css'

/** "Move to…" and "Copy to…": type a part of a folder's name, Enter. */
export function FolderChooser() {
  const dialog = useWindowState(state => state.dialog)
  const { store } = useServices()
  const chosen = useWindowState(state => state.chosen)
  const kind = dialog === 'move' || dialog === 'copy' ? dialog : null
  return (
    <Dialog
      title={say(`transfer.${kind ?? 'move'}.title`)}
      open={kind !== null && chosen !== null}
      bare
      onClose={() => store.setState({ dialog: 'none' })}
    >
      {kind && chosen && <Chooser kind={kind} chosen={chosen} />}
    </Dialog>
  )
}

function Chooser({ kind, chosen }: { kind: 'move' | 'copy'; chosen: Chosen }) {
  const services = useServices()
  const { store } = services
  const { folder: from, ids } = chosen
  const folders = useWindowState(state => state.folders)
  const targets = (folders ?? []).filter(
    folder => folder.ref.account === from.ref.account && folder.ref.store === from.ref.store && folder.selectable && folder.id !== from.id,
  )
  const choose = (folder: Folder): void => {
    store.setState({ dialog: 'none' })
    transferTo(services, kind, chosen, folder).catch((error: unknown) => showNotice({ kind: 'alert', text: errorWords(error) }))
  }
  const what = say(`transfer.${kind}.field`, { count: ids.length })
  return (
    <Cmdk label={what} className={styles.chooser} loop>
      <Cmdk.Input className={styles.input} placeholder={what} aria-label={what} />
      <Cmdk.List className={styles.list} label={say('transfer.folders')}>
        <Cmdk.Empty className={styles.empty}>{say('transfer.empty')}</Cmdk.Empty>
        {targets.map(folder => {
          const path = folder.ref.path.split(folder.delimiter || '/')
          const parents = folder.role === 'inbox' ? [] : path.slice(0, -1)
          return (
            <Cmdk.Item key={folder.id} value={`${folderLabel(folder)} ${folder.ref.path}`} className={styles.item} onSelect={() => choose(folder)}>
              {folderLabel(folder)}
              {parents.length > 0 && <span className={styles.detail}>{parents.join(' / ')}</span>}
            </Cmdk.Item>
          )
        })}
      </Cmdk.List>
    </Cmdk>
  )
}
