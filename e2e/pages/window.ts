/** The window as a person finds it: by the roles and names of UI.md. */
import type { FrameLocator, Locator, Page } from '@playwright/test'

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

export interface WindowModel {
  page: Page
  folders: Locator
  /** A folder by its shown name; with several accounts the first. */
  folder(name: string): Locator
  messages: Locator
  /** Rows whose name contains `text`: sender, subject, time and marks. */
  row(text: string | RegExp): Locator
  rows: Locator
  reader: Locator
  subject: Locator
  /** The open messages of the conversation, by sender. */
  article(sender: string | RegExp): Locator
  /** What is inside the frame of the last open message. */
  body: FrameLocator
  connection: Locator
  action(name: string): Locator
  search: Locator
  alerts: Locator
}

export function windowModel(page: Page): WindowModel {
  const folders = page.getByRole('tree', { name: 'Folders' })
  const messages = page.getByRole('grid', { name: 'Messages' })
  const reader = page.getByRole('region', { name: 'Message', exact: true })
  return {
    page,
    folders,
    folder: name => folders.getByRole('treeitem', { name: new RegExp(`^${escape(name)}(,|$)`) }).first(),
    messages,
    row: text => messages.getByRole('row', { name: typeof text === 'string' ? new RegExp(escape(text)) : text }),
    rows: messages.getByRole('row'),
    reader,
    subject: reader.getByRole('heading').first(),
    article: sender => reader.getByRole('article', { name: sender }),
    body: reader.locator('iframe[title="Message body"]').last().contentFrame(),
    connection: page.getByRole('status', { name: 'Connection' }),
    action: name => page.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name, exact: true }),
    search: page.getByRole('searchbox', { name: 'Search mail' }),
    alerts: page.getByRole('alert'),
  }
}
