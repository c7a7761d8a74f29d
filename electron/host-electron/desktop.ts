/** Badge, notifications and the program for mailto addresses, on Electron. */
import { app, BrowserWindow, nativeImage, Notification } from 'electron'
import type { Desktop } from '../core/host.ts'

/** A red dot of 16 pixels, for the task bar of Windows, which shows no numbers. */
const dot =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAdklEQVR42mM4IaDHgAVLnBDQizohoFcNxVFQMQy12DTOPSGg9x8HnotuELJmyxMCek/waIbhJ1C1KAZIEKkZ2RAJZAPmkqAZ2TsMMNv/k4klGKAhTK4BUQzQaCLXgGqqGECxFygORIqjkSoJieKkTJXMRFZ2BgDwQraIk2JGywAAAABJRU5ErkJggg=='

export class ElectronDesktop implements Desktop {
  /** Kept until they are closed: one that is collected as garbage hears no click. */
  private readonly shown = new Set<Notification>()

  /** https://electronjs.org/docs/api/app: app.setBadgeCount (macOS, Linux); https://electronjs.org/docs/api/browser-window: setOverlayIcon (Windows). */
  setUnread(count: number): void {
    if (process.platform !== 'win32') return void app.setBadgeCount(count)
    const image = count > 0 ? nativeImage.createFromDataURL(dot) : null
    for (const window of BrowserWindow.getAllWindows()) if (window.isVisible()) window.setOverlayIcon(image, count > 0 ? `${count} unread` : '')
  }

  /** https://electronjs.org/docs/api/notification */
  notify({ title, body }: { title: string; body: string }, onClick: () => void): void {
    if (!Notification.isSupported() || BrowserWindow.getFocusedWindow()) return
    const notification = new Notification({ title, body })
    this.shown.add(notification)
    const forget = (): void => void this.shown.delete(notification)
    notification.on('click', () => {
      forget()
      onClick()
    })
    notification.on('close', forget)
    notification.show()
  }

  /** https://electronjs.org/docs/api/app: app.setAsDefaultProtocolClient */
  makeMailProgram(): boolean {
    return app.setAsDefaultProtocolClient('mailto')
  }
}
