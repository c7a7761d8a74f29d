/** Which words of Electron's command line are the program's. */

/** Switches of Chromium and of the systems that start programs, which may stand in a launcher: not ours, not refused. */
const foreign =
  /^(-psn_|--(no-sandbox|disable-|enable-|force-|ozone-platform|use-gl|lang=|inspect|remote-debugging-|user-data-dir=|allow-file-access-from-files|original-process-start-time))/

/**
 * `argv` is `process.argv`. Started as `electron FOLDER` (`process.defaultApp`, https://electronjs.org/docs/api/process) the folder comes before the program's
 * words; what stands before `--` is Chromium's then. A mailto address, with which the system starts a mail program, is answered apart.
 */
export function readCommandLine(argv: readonly string[], isDefaultApp: boolean): { list: string[]; mailto: string | null } {
  const separator = argv.indexOf('--')
  const words = separator >= 0 ? argv.slice(separator + 1) : argv.slice(isDefaultApp ? 2 : 1)
  const isMailto = (word: string) => /^mailto:/i.test(word)
  return {
    list: words.filter(word => !isMailto(word) && (separator >= 0 || !foreign.test(word))),
    mailto: words.find(isMailto) ?? null,
  }
}
