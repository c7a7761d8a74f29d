/**
 * `npm test`: types, lint, format and unit tests (`npm run check`), then the end-to-end tests on real Chromium, Dovecot and Postfix. The last line is
 * `N passed, N failed, N skipped`, the lines before it name each skipped test with its reason.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildProgram } from './builds.mjs'
import { ensureChromium, ensurePackages, ensurePrograms, npm, root, run } from './prepare.mjs'

const unitReport = join(root, 'test-results/unit.json')
const endToEndReport = join(root, 'test-results/e2e.json')
const readReport = file => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)

/** Counts of a vitest report. */
function countUnit(report) {
  const counts = { passed: report.numPassedTests, failed: report.numFailedTests, skipped: [] }
  for (const file of report.testResults) {
    if (file.status === 'failed' && file.assertionResults.length === 0) counts.failed++ // it did not even load
    for (const test of file.assertionResults)
      if (['pending', 'skipped', 'todo'].includes(test.status))
        counts.skipped.push(`${test.fullName}: ${test.status === 'todo' ? 'to be written' : 'switched off in its file'}`)
  }
  return counts
}

/** Counts of a Playwright report. */
function countEndToEnd(report) {
  const counts = { passed: 0, failed: report.errors.length, skipped: [] }
  const visit = suite => {
    for (const spec of suite.specs ?? [])
      for (const test of spec.tests) {
        if (test.status === 'skipped') {
          const reason = test.annotations.find(annotation => annotation.type === 'skip' || annotation.type === 'fixme')?.description
          counts.skipped.push(`${spec.title}: ${reason ?? 'no reason given'}`)
        } else if (test.status === 'unexpected') counts.failed++
        else counts.passed++
      }
    for (const inner of suite.suites ?? []) visit(inner)
  }
  for (const suite of report.suites) visit(suite)
  return counts
}

ensurePackages()
await ensureChromium()
const missing = ensurePrograms({
  dovecot: 'dovecot-imapd',
  '/usr/lib/dovecot/lmtp': 'dovecot-lmtpd',
  postfix: 'postfix',
  openssl: 'openssl',
  Xvfb: 'xvfb',
  'dbus-daemon': 'dbus',
  'gnome-keyring-daemon': 'gnome-keyring',
})
if (missing.length > 0) console.log(`Not on this computer, so the tests that need them are skipped: ${missing.join(', ')}.`)
for (const report of [unitReport, endToEndReport]) rmSync(report, { force: true })

const checkCode = npm(['run', '--silent', 'check', '--', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`])
const unit = readReport(unitReport)
let built = true
try {
  await buildProgram()
} catch (error) {
  built = false
  console.error(`The program could not be built: ${error.message}`)
}
const endToEndCode = run(process.execPath, [join(root, 'node_modules/@playwright/test/cli.js'), 'test', '-c', 'e2e', ...process.argv.slice(2)])
const endToEnd = readReport(endToEndReport)

const all = [unit && countUnit(unit), endToEnd && countEndToEnd(endToEnd)].filter(Boolean)
const passed = all.reduce((sum, counts) => sum + counts.passed, 0)
let failed = all.reduce((sum, counts) => sum + counts.failed, 0)
const skipped = all.flatMap(counts => counts.skipped)
if (!built) failed++
if (checkCode !== 0 && !(unit && countUnit(unit).failed > 0)) {
  failed++
  console.log('Failed: npm run check (types, lint or format, see above)')
}
if (endToEndCode !== 0 && !(endToEnd && countEndToEnd(endToEnd).failed > 0)) {
  failed++
  console.log('Failed: the end-to-end run (see above)')
}
for (const line of skipped) console.log(`Skipped: ${line}`)
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`)
process.exit(failed > 0 ? 1 : 0)
