/** Moves messages to another folder of the same store (RFC 9051, 6.4.8). */
import type { Move } from '../../../../shared/operations.ts'
import type { Performer } from '../performer.ts'
import { transfer } from './transfer.ts'

export const move: Performer<Move> = (performing, op) => transfer(performing, op, true)
