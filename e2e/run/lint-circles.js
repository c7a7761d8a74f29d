/**
 * A rule of ESLint: no circle of folders. A folder whose files import files of another one is above it; none may be above and below another. What lies in a
 * folder is part of it, so a folder and those within it may import each other. Tests may reach anywhere.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

const roots = ['shared', 'electron', 'renderer']
const isSource = name => /\.tsx?$/u.test(name) && !/\.test\.tsx?$|test-support/u.test(name)
const imported = /(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/gu

const isWithin = (inner, outer) => inner === outer || inner.startsWith(outer + sep)

/** Folder -> folders its files import, neither within the other. */
function readGraph(root) {
  const graph = new Map()
  for (const top of roots)
    for (const name of readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).filter(isSource)) {
      const file = join(root, top, name)
      const folder = dirname(file)
      const targets = graph.get(folder) ?? new Set()
      graph.set(folder, targets)
      for (const [, path] of readFileSync(file, 'utf8').matchAll(imported)) {
        const target = dirname(resolve(folder, path))
        if (!isWithin(target, folder) && !isWithin(folder, target)) targets.add(target)
      }
    }
  return graph
}

/** The way from one folder to another, both named; null where there is none. */
function wayBetween(graph, from, to) {
  const before = new Map([[from, null]])
  for (const folder of before.keys()) {
    if (folder === to) {
      const way = []
      for (let at = to; at !== null; at = before.get(at)) way.unshift(at)
      return way
    }
    for (const next of graph.get(folder) ?? []) if (!before.has(next)) before.set(next, folder)
  }
  return null
}

/** One lint run reads the folders once. */
const graphs = new Map()

const rule = {
  meta: { type: 'problem', schema: [], messages: { circle: 'a circle of folders: {{way}}' } },
  create({ cwd, filename, report }) {
    const graph = graphs.get(cwd) ?? readGraph(cwd)
    graphs.set(cwd, graph)
    const folder = dirname(filename)
    return {
      ImportDeclaration(node) {
        const { value } = node.source
        if (typeof value !== 'string' || !value.startsWith('.')) return
        const target = dirname(resolve(folder, value))
        if (isWithin(target, folder) || isWithin(folder, target)) return
        const back = wayBetween(graph, target, folder)
        if (back === null) return
        const way = [folder, ...back].map(name => relative(cwd, name).split(sep).join('/')).join(' -> ')
        report({ node, messageId: 'circle', data: { way } })
      },
    }
  },
}

export default { rules: { 'no-circle': rule } }
