import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { AccountList } from './AccountList.tsx'
import { CertificatesPage } from './CertificatesPage.tsx'
import { EditAccount } from './EditAccount.tsx'
import { KeepPasswords } from './KeepPasswords.tsx'
import { PasswordPage } from './PasswordPage.tsx'
import { RemoveAccount } from './RemoveAccount.tsx'

/** Accounts: the list of them, and what can be done to one. */
export function AccountsDialog() {
  const open = useWindowState(state => state.dialog === 'accounts')
  const page = useWindowState(state => state.accountPage)
  const accounts = useWindowState(state => state.accounts)
  const { store } = useServices()
  const back = (): void => store.setState({ accountPage: null })
  const close = (): void => store.setState({ dialog: 'none', accountPage: null })
  const account = page && 'account' in page ? accounts.find(({ id }) => id === page.account) : undefined
  const title =
    page?.kind === 'keep'
      ? say('accounts.title.keep')
      : page && account
        ? say(`accounts.title.${page.kind}`, { email: account.email })
        : say('accounts.title')
  return (
    <Dialog title={title} open={open} onClose={close} staysOpen={page !== null}>
      {page?.kind === 'keep' ? (
        <KeepPasswords label={say('accounts.keep')} backLabel={say('common.cancel')} onChosen={() => Promise.resolve(back())} onBack={back} />
      ) : page === null || !account ? (
        <AccountList onClose={close} />
      ) : page.kind === 'edit' ? (
        <EditAccount account={account} onBack={back} />
      ) : page.kind === 'remove' ? (
        <RemoveAccount account={account} onBack={back} onRemoved={accounts.length > 1 ? back : close} />
      ) : page.kind === 'password' ? (
        <PasswordPage account={account} onBack={close} />
      ) : (
        <CertificatesPage account={account} onBack={close} />
      )}
    </Dialog>
  )
}
