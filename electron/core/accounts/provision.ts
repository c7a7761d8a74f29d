/** `--provision FILE`: adds or updates accounts before the window opens. Every mistake is named by its field; nothing is saved unless all is right. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { MailError } from '../../../shared/errors.ts'
import { parse } from '../../../shared/rpc.ts'
import { Described } from '../../../shared/model/account-setup.ts'
import type { Accounts } from './accounts.ts'

const Provision = z.object({ accounts: z.array(Described).min(1) }).strict()

export async function provision(file: string, accounts: Accounts): Promise<void> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new MailError('invalid', 'file.unreadable', { file }, { serverText: error instanceof Error ? error.message : undefined })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new MailError('invalid', 'file.notJson', { file }) // the parser's message would quote the password
  }
  const { accounts: described } = parse(Provision, value, '--provision', 'provision.invalid')
  for (const account of described) {
    if (account.incoming.protocol === 'pop3') throw new MailError('invalid', 'protocol.unsupported', { protocol: 'POP3' })
    await accounts.save(account)
  }
}
