/** Builds what the program needs to run, as far as it is out of date; answers whether anything was. */
export function buildProgram(): Promise<boolean>
