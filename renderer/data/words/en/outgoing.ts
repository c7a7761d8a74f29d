export const outgoing = {} as const
