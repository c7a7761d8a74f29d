/** How the system writes dates and numbers, as POSIX programs are told (POSIX, 8.2: LC_ALL, LC_TIME, LANG). */
export function systemLocale(environment: NodeJS.ProcessEnv, fallback: string): string {
  const [name] = [environment.LC_ALL, environment.LC_TIME, environment.LANG].filter(Boolean)
  const [, language, region] = /^([a-z]{2,3})(?:_([A-Z]{2}))?(?:[.@].*)?$/.exec(name ?? '') ?? []
  if (language === undefined) return fallback // none is said, or "C"
  return region === undefined ? language : `${language}-${region}`
}
