/** Copies messages to another folder of the same store (RFC 9051, 6.4.7). */
import type { Copy } from '../../../../shared/operations.ts'
import type { Performer } from '../performer.ts'
import { transfer } from './transfer.ts'

export const copy: Performer<Copy> = (performing, op) => transfer(performing, op, false)
