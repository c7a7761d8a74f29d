/** Flags of a message (RFC 9051, 2.3.2). */

/** System flags and the keywords we show (RFC 9051, 2.3.2), as bits of `marks.flags`. */
export const Flag = {
  seen: 1,
  answered: 2,
  flagged: 4,
  deleted: 8,
  draft: 16,
  forwarded: 32,
  junk: 64,
  notJunk: 128,
  mdnSent: 256,
} as const
export type FlagName = keyof typeof Flag

const wireNames: Record<FlagName, string> = {
  seen: '\\Seen',
  answered: '\\Answered',
  flagged: '\\Flagged',
  deleted: '\\Deleted',
  draft: '\\Draft',
  forwarded: '$Forwarded',
  junk: '$Junk',
  notJunk: '$NotJunk',
  mdnSent: '$MDNSent',
}
const bitsByWireName = new Map(Object.entries(wireNames).map(([name, wire]) => [wire.toLowerCase(), Flag[name as FlagName]]))

/** Bits for the flags of an IMAP answer; flags we do not show are left out. */
export function toFlagBits(names: Iterable<string>): number {
  let bits = 0
  for (const name of names) bits |= bitsByWireName.get(name.toLowerCase()) ?? 0
  return bits
}

/** IMAP names of the flags in `bits`, for STORE. */
export function toFlagNames(bits: number): string[] {
  return (Object.keys(Flag) as FlagName[]).filter(name => bits & Flag[name]).map(name => wireNames[name])
}
