import { useEffect, useRef } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { Composer } from '../features/composer/Composer.tsx'
import { FolderPane } from '../features/folders/FolderPane.tsx'
import { OutgoingPane } from '../features/outgoing/OutgoingPane.tsx'
import { ListPane } from '../features/list/ListPane.tsx'
import { ReaderPane } from '../features/reader/ReaderPane.tsx'
import { say } from '../data/words/say.ts'
import { layoutInEffect, openMessage } from '../state/store.ts'
import { ErrorBoundary } from '../ui/ErrorBoundary.tsx'
import { useWidth } from '../ui/use-width.ts'
import { useServices, useWindowState } from '../state/services.ts'
import styles from './Layout.module.css'

/** A folder, or messages of this computer. */
function Middle() {
  const local = useWindowState(state => state.local)
  return local ? <OutgoingPane key={local} local={local} /> : <ListPane />
}

/** The open message, or the message that is written. */
function Front() {
  const composing = useWindowState(state => state.composing)
  if (!composing) return <ReaderPane />
  return (
    <ErrorBoundary what={say('window.part.message')}>
      <Composer key={composing.id} composition={composing} />
    </ErrorBoundary>
  )
}

/** List and reader side by side, or one above the other. Sizes are remembered for each arrangement: pure layout, so in localStorage. */
function ListAndReader({ orientation }: { orientation: 'horizontal' | 'vertical' }) {
  const sizes = useDefaultLayout({ id: `pillarbox-${orientation}`, storage: localStorage })
  const across = orientation === 'horizontal'
  return (
    <Group id={`pillarbox-${orientation}`} orientation={orientation} className={styles.group} {...pick(sizes)}>
      <Panel
        id="list"
        defaultSize={across ? 384 : '40'}
        minSize={across ? 260 : 160}
        groupResizeBehavior={across ? 'preserve-pixel-size' : undefined}
      >
        <Middle />
      </Panel>
      <Separator className={styles.line} aria-label={say('window.resizeList')} />
      <Panel id="reader" minSize={across ? 320 : 160}>
        <Front />
      </Panel>
    </Group>
  )
}

function pick({ defaultLayout, onLayoutChanged }: ReturnType<typeof useDefaultLayout>) {
  return { defaultLayout, onLayoutChanged }
}

function Main() {
  const layout = useWindowState(layoutInEffect)
  const showsMessage = useWindowState(state => state.reading && (openMessage(state) !== null || state.selection.ids.size > 1))
  const composes = useWindowState(state => state.composing !== null)
  if (layout === 'list') return showsMessage || composes ? <Front /> : <Middle />
  return <ListAndReader key={layout} orientation={layout === 'columns' ? 'horizontal' : 'vertical'} />
}

const columnsNeedPx = 720

export function Layout() {
  const { store } = useServices()
  const window = useRef<HTMLElement>(null)
  const width = useWidth(window)
  useEffect(() => store.setState({ narrow: width > 0 && width < columnsNeedPx }), [width, store])
  const sizes = useDefaultLayout({ id: 'pillarbox-window', storage: localStorage })
  return (
    <main ref={window} className={styles.window}>
      <Group id="pillarbox-window" className={styles.group} {...pick(sizes)}>
        <Panel id="folders" defaultSize={232} minSize={160} maxSize="40" groupResizeBehavior="preserve-pixel-size">
          <FolderPane />
        </Panel>
        <Separator className={styles.line} aria-label={say('window.resizeFolders')} />
        <Panel id="main" minSize={320}>
          <Main />
        </Panel>
      </Group>
    </main>
  )
}
