/** The composer, by the roles and names of UI.md: in the window's pane, or alone in a window. */
import type { Locator, Page } from '@playwright/test'

export type RecipientFieldName = 'To' | 'Cc' | 'Bcc'

export function composerModel(page: Page) {
  const form = page.getByRole('form', { name: 'New message' })
  const field = (name: string): Locator => form.getByRole('textbox', { name, exact: true })
  const button = (name: string): Locator => form.getByRole('button', { name, exact: true })
  return {
    page,
    form,
    field,
    button,
    to: field('To'),
    cc: field('Cc'),
    bcc: field('Bcc'),
    subject: field('Subject'),
    text: field('Message text'),
    saved: form.getByRole('status', { name: 'Draft' }),
    from: form.getByRole('combobox', { name: 'From' }),
    /** Recipients of a field, in order. */
    chips: (name: RecipientFieldName) => form.getByRole('list', { name: new RegExp(`^${name}: `) }).getByRole('listitem'),
    chip: button,
    suggestions: page.getByRole('listbox', { name: /^People for / }).getByRole('option'),
    files: form.getByRole('list', { name: 'Attached files' }).getByRole('listitem'),
    formats: form.getByRole('toolbar', { name: 'Formatting' }),
    newMessage: page.getByRole('button', { name: 'New message', exact: true }),
    notice: (text: string | RegExp) => page.getByRole('status').filter({ hasText: text }),
    undo: page.getByRole('button', { name: 'Undo', exact: true }),
    /** Drafts and Outbox of this computer. */
    local: (name: 'Drafts' | 'Outbox') =>
      page
        .getByRole('tree', { name: 'Folders' })
        .getByRole('treeitem', { name: new RegExp(`^${name}(, \\d+)?$`) })
        .last(),
    messages: page.getByRole('grid', { name: /^(Drafts|Outbox)$/ }).getByRole('row'),
    async attach(...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
      const chooser = page.waitForEvent('filechooser')
      await button('Attach files').click()
      await (await chooser).setFiles(files)
    },
  }
}
export type ComposerModel = ReturnType<typeof composerModel>
