/** Builds what the program needs to run, as far as it is out of date; answers whether anything was. */
export function buildProgram(): Promise<boolean>
/** dist/main-stand-in: the Electron host on a stand-in of `electron`, as far as it is out of date; answers whether it was. */
export function buildStandIn(): Promise<boolean>
