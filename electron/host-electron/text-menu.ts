/** What a browser has by itself and a window of Electron has not: the menu of a text (cut, copy, paste), and zoom by the keys. */
import { Menu, type BrowserWindow, type Input, type MenuItemConstructorOptions } from 'electron'

/** Of levels of Chromium; each is a factor of 1.2 (https://electronjs.org/docs/api/web-contents: contents.setZoomLevel). */
const zoomStep = 0.5
const furthest = { out: -3, in: 5 }

function zoomWanted({ type, key, control, meta, alt }: Input, now: number): number | null {
  if (type !== 'keyDown' || alt || !(process.platform === 'darwin' ? meta : control)) return null
  if (key === '+' || key === '=') return Math.min(furthest.in, now + zoomStep)
  if (key === '-' || key === '_') return Math.max(furthest.out, now - zoomStep)
  return key === '0' ? 0 : null
}

export function giveTextMenu(window: BrowserWindow): void {
  const contents = window.webContents
  // not emitted where the page has a menu of its own (https://electronjs.org/docs/api/web-contents: context-menu)
  contents.on('context-menu', (_event, { isEditable, selectionText, editFlags }) => {
    const copy: MenuItemConstructorOptions = { role: 'copy', enabled: editFlags.canCopy }
    const items: MenuItemConstructorOptions[] = isEditable
      ? [
          { role: 'undo', enabled: editFlags.canUndo },
          { role: 'redo', enabled: editFlags.canRedo },
          { type: 'separator' },
          { role: 'cut', enabled: editFlags.canCut },
          copy,
          { role: 'paste', enabled: editFlags.canPaste },
          { role: 'selectAll', enabled: editFlags.canSelectAll },
        ]
      : selectionText.trim() === ''
        ? []
        : [copy]
    if (items.length > 0) Menu.buildFromTemplate(items).popup({ window })
  })
  // https://electronjs.org/docs/api/web-contents: before-input-event
  contents.on('before-input-event', (event, input) => {
    const level = zoomWanted(input, contents.getZoomLevel())
    if (level === null) return
    event.preventDefault()
    contents.setZoomLevel(level)
  })
}
