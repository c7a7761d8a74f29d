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
    throw new MailError('invalid', `--provision: ${file} cannot be read`, error instanceof Error ? error.message : undefined)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new MailError('invalid', `--provision: ${file} is not JSON`) // the parser's message would quote the password
  }
  const { accounts: described } = parse(Provision, value, '--provision')
  for (const account of described) {
    if (account.incoming.protocol === 'pop3') throw new MailError('invalid', '--provision: accounts.incoming.protocol: POP3 is not there yet')
    await accounts.save(account)
  }
}
