/** The dialog "Add account", by the roles and names of UI.md. */
import type { Locator, Page } from '@playwright/test'

export interface ServerEntry {
  host: string
  port: number
  security: 'TLS' | 'STARTTLS' | 'None'
  user: string
}

export function addAccountModel(page: Page) {
  const dialog = page.getByRole('dialog', { name: 'Add account' })
  const field = (name: string): Locator => dialog.getByRole('textbox', { name, exact: true })
  const button = (name: string): Locator => dialog.getByRole('button', { name, exact: true })
  return {
    dialog,
    name: field('Your name'),
    email: field('Email address'),
    password: dialog.getByLabel('Password', { exact: true }),
    protocol: dialog.getByRole('combobox', { name: 'Protocol' }),
    field,
    port: (side: 'Incoming' | 'Outgoing') => dialog.getByRole('spinbutton', { name: `${side} port` }),
    security: (side: 'Incoming' | 'Outgoing') => dialog.getByRole('combobox', { name: `${side} security` }),
    button,
    /** Asked once, where there is no key store. */
    async keepWith(passphrase: string): Promise<void> {
      await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase)
      await dialog.getByLabel('Passphrase again').fill(passphrase)
      await button('Add account').click()
    },
    async keepForThisRun(): Promise<void> {
      await dialog.getByRole('radio', { name: /^Until Pillarbox ends/ }).check()
      await button('Add account').click()
    },
    checks: dialog.getByRole('region', { name: 'Connection test' }),
    /** The lines of a test, each with its mark in words. */
    lines: (side: 'Incoming' | 'Outgoing') => dialog.getByRole('list', { name: side }).getByRole('listitem'),
    open: () => page.getByRole('button', { name: 'Add account', exact: true }).click(),
    async identify(name: string, email: string, password: string): Promise<void> {
      await field('Your name').fill(name)
      await field('Email address').fill(email)
      await dialog.getByLabel('Password', { exact: true }).fill(password)
      await button('Continue').click()
      await dialog.getByRole('combobox', { name: 'Protocol' }).waitFor()
    },
    async describe(side: 'Incoming' | 'Outgoing', { host, port, security, user }: ServerEntry): Promise<void> {
      await field(`${side} server`).fill(host)
      await dialog.getByRole('combobox', { name: `${side} security` }).selectOption({ label: security })
      await dialog.getByRole('spinbutton', { name: `${side} port` }).fill(String(port))
      await field(`${side} user name`).fill(user)
    },
  }
}
